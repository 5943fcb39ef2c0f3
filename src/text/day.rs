//! Days of the calendar: read, and written as year, month and day.

/// Days from 0000-03-01 to 1970-01-01. A year begins in March here, so that the leap day is its last.
const EPOCH: i64 = 719_468;

/// A day, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(i64);

impl Day {
    /// The day of a time in seconds since 1970.
    pub fn of(seconds: u64) -> Self {
        Self(i64::try_from(seconds / 86_400).unwrap_or(i64::MAX))
    }

    /// Reads `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = |text: &str, count: usize| {
            let fits = text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
            if fits { text.parse::<i64>().ok() } else { None }
        };
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let (year, month, day) = (digits(year, 4)?, digits(month, 2)?, digits(day, 2)?);
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            1..=12 => 31,
            _ => return None,
        };
        if !(1..=days).contains(&day) {
            return None;
        }
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        Some(Self(year * 365 + leaps + (153 * month + 2) / 5 + day - 1 - EPOCH))
    }

    /// Its year, month and day.
    pub fn date(self) -> (i64, i64, i64) {
        // By eras of 400 years, which have 146,097 days.
        let days = self.0.saturating_add(EPOCH);
        let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let day = day - (153 * month + 2) / 5 + 1;
        let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
        (era * 400 + year + next, month, day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (text, seconds) in [
            ("1970-01-01", 0),
            ("1999-12-31", 946_598_400),
            ("2000-02-29", 951_782_400),
            ("2000-03-01", 951_868_800),
            ("2026-06-15", 1_781_481_600),
            ("2100-03-01", 4_107_542_400),
        ] {
            assert_eq!(Day::parse(text), Some(Day::of(seconds)), "{text}");
            let (year, month, day) = Day::of(seconds).date();
            assert_eq!(format!("{year:04}-{month:02}-{day:02}"), text);
            assert_eq!(Day::of(seconds + 86_399), Day::of(seconds), "{text}");
        }
        assert_eq!(Day::parse("2100-02-29"), None);
    }
}
