//! The name that was probably meant: every "did you mean" asks here.

/// A longer name is not compared with others: the distance costs the product of the lengths.
const LONGEST: usize = 64;

/// The candidate whose name has the smallest distance from `name`, the first of equals: letters added, left out, changed, or
/// swapped with a neighbour. `allowed` says how far off each candidate's name may be.
pub fn nearest<'n, T>(
    name: &str,
    candidates: impl IntoIterator<Item = (&'n str, T)>,
    allowed: impl Fn(&str) -> usize,
) -> Option<T> {
    if name.len() > LONGEST {
        return None;
    }
    let length = name.chars().count();
    candidates
        .into_iter()
        .filter_map(|(other, candidate)| {
            let allowed = allowed(other);
            // The distance is no smaller than the difference of the lengths, which costs little.
            let is_close = other.chars().count().abs_diff(length) <= allowed;
            let distance = is_close.then(|| strsim::osa_distance(other, name))?;
            (distance <= allowed).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_is_taken_and_of_equals_the_first() {
        let names = ["teams", "team_b", "tenant", "theme"].map(|name| (name, name));
        let near = |name: &str, allowed: usize| nearest(name, names, |_| allowed);
        assert_eq!(near("team", 1), Some("teams"));
        assert_eq!(near("tennant", 1), Some("tenant"));
        assert_eq!(near("tehme", 1), Some("theme"), "swapped letters are one step");
        assert_eq!(near("teamsb", 2), Some("teams"));
        assert_eq!(near("tean", 1), None);
        assert_eq!(near(&"t".repeat(65), usize::MAX), None);
    }
}
