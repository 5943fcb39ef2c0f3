//! Where the API is: the known clouds, and what may stand in a base URL.

use std::fmt;

use thiserror::Error;
use url::{Host, Url};

/// The base URLs that Sigma names, one for each cloud and region (reference, section 7).
pub const CLOUDS: [(&str, &str); 12] = [
    ("gcp-us", "https://api.sigmacomputing.com"),
    ("gcp-ksa", "https://api.sa.gcp.sigmacomputing.com"),
    ("aws-us", "https://aws-api.sigmacomputing.com"),
    ("aws-us-a", "https://api.us-a.aws.sigmacomputing.com"),
    ("aws-ca", "https://api.ca.aws.sigmacomputing.com"),
    ("aws-eu", "https://api.eu.aws.sigmacomputing.com"),
    ("aws-au", "https://api.au.aws.sigmacomputing.com"),
    ("aws-uk", "https://api.uk.aws.sigmacomputing.com"),
    ("azure-us", "https://api.us.azure.sigmacomputing.com"),
    ("azure-eu", "https://api.eu.azure.sigmacomputing.com"),
    ("azure-ca", "https://api.ca.azure.sigmacomputing.com"),
    ("azure-uk", "https://api.uk.azure.sigmacomputing.com"),
];

/// What is wrong with a base URL. The URL itself is not repeated: it may hold a password.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum BaseError {
    /// Not a URL at all, or with parts that a base has not.
    #[error("is not the URL of an API, such as https://api.sigmacomputing.com")]
    NotABase,
    /// A user name or password stands in it.
    #[error("holds a user name or a password")]
    UserInfo,
    /// `http:` to a machine that is not this one.
    #[error("is not https: the client secret would be sent unencrypted")]
    PlainHttp,
}

/// The API's base URL: scheme, host, maybe a port and a path, no slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    text: String,
    loopback: bool,
}

impl BaseUrl {
    /// Takes a base as people write it: with or without `/v2`, which all paths of the API begin with, at its end.
    pub fn parse(text: &str) -> Result<Self, BaseError> {
        let mut url = Url::parse(text.trim()).map_err(|_| BaseError::NotABase)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BaseError::UserInfo);
        }
        let loopback = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => return Err(BaseError::NotABase),
        };
        if url.query().is_some() || url.fragment().is_some() {
            return Err(BaseError::NotABase);
        }
        match url.scheme() {
            "https" => {}
            "http" if loopback => {}
            "http" => return Err(BaseError::PlainHttp),
            _ => return Err(BaseError::NotABase),
        }
        let path = url.path().trim_end_matches('/');
        let path = path.strip_suffix("/v2").unwrap_or(path).trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(Self { text: url.as_str().trim_end_matches('/').to_owned(), loopback })
    }

    /// Whether it is this very machine.
    pub(super) fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// The URL of a path of the API, which begins with a slash.
    pub(super) fn join(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_cloud_is_a_base() {
        for (name, url) in CLOUDS {
            assert_eq!(BaseUrl::parse(url).map(|base| base.to_string()), Ok(url.into()), "{name}");
        }
    }

    #[test]
    fn a_base_is_taken_as_people_write_it() {
        for text in [
            "https://api.sigmacomputing.com",
            "https://api.sigmacomputing.com/",
            "https://api.sigmacomputing.com/v2",
            " https://api.sigmacomputing.com/v2/ ",
        ] {
            let base = BaseUrl::parse(text).unwrap();
            assert_eq!(base.join("/v2/workbooks"), "https://api.sigmacomputing.com/v2/workbooks");
        }
        let behind = BaseUrl::parse("https://gateway.example.com:8443/sigma").unwrap();
        assert_eq!(behind.join("/v2/x"), "https://gateway.example.com:8443/sigma/v2/x");
    }

    #[test]
    fn a_base_is_written_in_one_way() {
        for (text, written) in [
            ("HTTPS://API.SigmaComputing.com:443/v2", "https://api.sigmacomputing.com"),
            ("https://gateway.example.com/a/../sigma/", "https://gateway.example.com/sigma"),
            ("https://b\u{fc}cher.example", "https://xn--bcher-kva.example"),
            ("http://127.1:8080", "http://127.0.0.1:8080"),
        ] {
            assert_eq!(BaseUrl::parse(text).unwrap().to_string(), written);
        }
    }

    #[test]
    fn plain_http_is_for_this_machine_alone() {
        for text in
            ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:8080", "http://127.1.2.3"]
        {
            assert!(BaseUrl::parse(text).is_ok_and(|base| base.is_loopback()), "{text}");
        }
        for text in
            ["http://api.sigmacomputing.com", "http://localhost.example.com", "http://128.0.0.1"]
        {
            assert_eq!(BaseUrl::parse(text), Err(BaseError::PlainHttp), "{text}");
        }
    }

    #[test]
    fn what_is_no_base_is_refused() {
        for (text, error) in [
            ("", BaseError::NotABase),
            ("api.sigmacomputing.com", BaseError::NotABase),
            ("/v2", BaseError::NotABase),
            ("ftp://127.0.0.1", BaseError::NotABase),
            ("https://", BaseError::NotABase),
            ("https://api.example.com?x=1", BaseError::NotABase),
            ("https://api.example.com#x", BaseError::NotABase),
            ("https://ann:pw@api.example.com", BaseError::UserInfo),
            ("http://127.0.0.1@evil.example.com", BaseError::UserInfo),
            ("https://api.example.com:65536", BaseError::NotABase),
            ("https://api.example.com:x", BaseError::NotABase),
            ("https://api example.com", BaseError::NotABase),
            ("mailto:ann@example.com", BaseError::NotABase),
        ] {
            assert_eq!(BaseUrl::parse(text), Err(error), "{text}");
        }
    }
}
