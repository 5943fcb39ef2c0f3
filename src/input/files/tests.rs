//! Which files a tree is made of, and how they are read.
