//! How long to wait before a request is sent again, and how often.

use std::time::{Duration, UNIX_EPOCH};

/// The longest wait between two tries that nobody asked for.
const LONGEST: Duration = Duration::from_secs(60);

/// The longest wait that a server may ask for.
pub(super) const LONGEST_ASKED: Duration = Duration::from_secs(15 * 60);

/// How much a pull puts up with.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// How often a request is sent in all, whatever comes of it: no answer, a broken one, or the wish to be left alone.
    pub attempts: u32,
    /// The wait before the second try; it doubles with every further one.
    pub delay: Duration,
    /// How long the whole pull may take.
    pub deadline: Duration,
}

impl Patience {
    /// The wait after so many broken tries. `jitter`, from 0 to 1, spreads requests that broke together.
    pub(super) fn wait(&self, broken: u32, jitter: f64) -> Duration {
        let doubled = 1u32.checked_shl(broken.saturating_sub(1)).unwrap_or(u32::MAX);
        let longest = self.delay.saturating_mul(doubled).min(LONGEST);
        longest.mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0)
    }
}

/// The wait that a `Retry-After` header asks for: seconds, or a date, which is compared with `now`, in seconds since 1970.
pub(super) fn asked(header: &str, now: u64) -> Option<Duration> {
    let header = header.trim();
    if !header.is_empty() && header.bytes().all(|byte| byte.is_ascii_digit()) {
        // A number too large for its type is a long time.
        return Some(Duration::from_secs(header.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(header).ok()?;
    let now = UNIX_EPOCH.checked_add(Duration::from_secs(now))?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_asks_for_seconds_or_names_a_date() {
        // 2025-06-15T15:06:40Z was a Sunday.
        let now = 1_750_000_000;
        let seconds = |header: &str| asked(header, now).map(|wait| wait.as_secs());
        assert_eq!(seconds("7"), Some(7));
        assert_eq!(seconds(" 0 "), Some(0));
        assert_eq!(seconds("Sun, 15 Jun 2025 15:07:00 GMT"), Some(20));
        assert_eq!(seconds("Sunday, 15-Jun-25 15:07:00 GMT"), Some(20));
        assert_eq!(seconds("Sun Jun 15 15:07:00 2025"), Some(20));
        assert_eq!(seconds("Sun, 15 Jun 2025 15:06:00 GMT"), Some(0));
        assert_eq!(seconds("99999999999999999999999"), Some(u64::MAX));
        for nothing in ["", "soon", "-5", "1.5"] {
            assert_eq!(seconds(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn waits_double_and_are_spread() {
        let delay = Duration::from_millis(500);
        let patience = Patience { attempts: 6, delay, deadline: Duration::MAX };
        let ms = |broken, jitter| patience.wait(broken, jitter).as_millis();
        assert_eq!([ms(1, 1.0), ms(2, 1.0), ms(3, 1.0), ms(5, 1.0)], [500, 1000, 2000, 8000]);
        assert_eq!([ms(1, 0.0), ms(3, 0.0), ms(3, 0.5)], [250, 1000, 1500]);
        assert_eq!(ms(40, 1.0), 60_000);
    }
}
