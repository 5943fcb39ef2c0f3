//! The specification of embed2jwt, held against the program and its library: one file a subject.

// A test that unwraps too much fails, which is what it is for.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod audit;
mod check;
mod check_advice;
mod check_files;
mod check_fix;
mod check_ignores;
mod check_known;
mod concise;
mod config;
mod config_errors;
mod convert;

mod corpus;
mod dependencies;
mod docs;
mod engine;
mod formats_human;
mod formats_machine;
mod formats_pages;
mod hostile;
mod inspect;
mod leaks;
mod map_show;
mod messages;
mod msrv;
mod of_run;
mod options;
mod oracle;
mod output;
mod owner;
mod page;
mod pages;
mod parameters;
mod profiles;
mod proof;
mod pull;
mod pull_network;
mod real;
mod reference;
mod report_check;
mod report_check_machines;
mod report_check_people;
mod rooms;
mod rules;
mod scaffold;
mod schema;
mod secrets;
mod sigma;
mod support;
mod trust;
mod words;
