//! The generated pages say what the declarations say.

use embed2jwt::report::docs::{parameters_markdown, rules_markdown};

use crate::support::assert_file;

#[test]
fn the_page_of_rules_is_fresh() {
    assert_file("docs/rules.md", &rules_markdown());
}

#[test]
fn the_page_of_parameters_is_fresh() {
    assert_file("docs/parameters.md", &parameters_markdown());
}
