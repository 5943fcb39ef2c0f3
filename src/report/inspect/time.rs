//! Times in words: dates, and how long ago or ahead they are.

use crate::dialect::reading::Token;
use crate::text::Day;
use crate::text::plural;

/// The times of a token, in seconds since 1970.
pub(super) struct Times {
    pub(super) issued: Option<u64>,
    pub(super) expires: Option<u64>,
}

impl Times {
    pub(super) fn of(token: &Token) -> Self {
        let time = |name: &str| token.time(name).map(|time| time.seconds);
        Self { issued: time("iat"), expires: time("exp") }
    }

    /// How long the token lives, in seconds; nothing if it expires before it is issued.
    pub(super) fn lifetime(&self) -> Option<u64> {
        self.expires?.checked_sub(self.issued?)
    }
}

/// `2025-06-15T15:06:40Z`
pub(in crate::report) fn iso(time: u64) -> String {
    let (year, month, day) = Day::of(time).date();
    let (hour, minute, second) = (time / 3600 % 24, time / 60 % 60, time % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// `2025-06-15 15:06:40 UTC`
pub(in crate::report) fn words(time: u64) -> String {
    iso(time).replace('T', " ").replace('Z', " UTC")
}

/// `2 hours 5 minutes`: the two largest units that are not zero.
pub(super) fn span(seconds: u64) -> String {
    const UNITS: [(u64, &str); 5] =
        [(31_536_000, "year"), (86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")];
    let mut rest = seconds;
    let mut parts: Vec<String> = Vec::new();
    for (length, unit) in UNITS {
        let count = rest / length;
        rest %= length;
        if count > 0 && parts.len() < 2 {
            parts.push(format!("{count} {unit}{}", plural(count, "", "s")));
        } else if !parts.is_empty() {
            // What is small beside the first unit says nothing.
            break;
        }
    }
    if parts.is_empty() { "0 seconds".to_owned() } else { parts.join(" ") }
}

/// `3 minutes ago`, `in 2 hours`, `now`.
pub(super) fn relative(time: u64, now: u64) -> String {
    match time.cmp(&now) {
        std::cmp::Ordering::Less => format!("{} ago", span(now - time)),
        std::cmp::Ordering::Equal => "now".to_owned(),
        std::cmp::Ordering::Greater => format!("in {}", span(time - now)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The dates are those of `date -u -d @…`.
    #[test]
    fn times_are_dates_in_utc() {
        for (time, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_704_067_199, "2023-12-31T23:59:59Z"),
            (1_750_000_000, "2025-06-15T15:06:40Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (99_999_999_999, "5138-11-16T09:46:39Z"),
        ] {
            assert_eq!(iso(time), text);
        }
        assert_eq!(words(1_750_000_000), "2025-06-15 15:06:40 UTC");
        assert!(iso(u64::MAX / 1000).ends_with('Z'));
    }

    #[test]
    fn spans_are_told_in_their_two_largest_units() {
        for (seconds, text) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (61, "1 minute 1 second"),
            (3600, "1 hour"),
            (3601, "1 hour"),
            (7500, "2 hours 5 minutes"),
            (2_592_000, "30 days"),
            (2_592_001, "30 days"),
            (90_061, "1 day 1 hour"),
            (34_000_000, "1 year 28 days"),
        ] {
            assert_eq!(span(seconds), text, "{seconds}");
        }
        assert_eq!(relative(10, 70), "1 minute ago");
        assert_eq!(relative(70, 10), "in 1 minute");
        assert_eq!(relative(10, 10), "now");
    }
}
