//! Lists of URLs: files and standard input as rows.
