//! Days of the calendar, for comments that end with one.

/// A day, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(i64);

impl Day {
    /// The day of a time in seconds since 1970.
    pub fn of(seconds: u64) -> Self {
        Self(i64::try_from(seconds / 86_400).unwrap_or(i64::MAX))
    }

    /// Reads `YYYY-MM-DD`.
    pub(super) fn parse(text: &str) -> Option<Self> {
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
        // A year begins in March, so that the leap day is its last; 719468 days lie between 0000-03-01 and 1970-01-01.
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        Some(Self(year * 365 + leaps + (153 * month + 2) / 5 + day - 1 - 719_468))
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
            assert_eq!(Day::of(seconds + 86_399), Day::of(seconds), "{text}");
        }
        assert_eq!(Day::parse("2100-02-29"), None);
    }
}
