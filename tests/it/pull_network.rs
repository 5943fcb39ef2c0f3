//! What `map pull` does on the network: TLS, proxies, redirects, answers without end.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::sigma::{Fault, Sigma, TOKEN, workbook};
use crate::support::{Place, Run, WORKBOOK_UUID};

/// One workbook without embeds.
fn sigma() -> Sigma {
    Sigma::new(vec![(workbook(WORKBOOK_UUID, "Sales"), vec![])])
}

const EMPTY: &str = "embed_id,org,workbook_id,workbook_name,page_id,element_id,public,archived\n";

#[test]
fn credentials_do_not_travel_in_the_clear() {
    let (place, sigma) = (Place::new(), sigma());
    for base in
        ["http://api.sigmacomputing.com", "http://ann:planted@127.0.0.1:1", "ftp://127.0.0.1", "x"]
    {
        let ran = sigma.pull(&place, "").env("SIGMA_BASE_URL", base).exits(2);
        assert!(ran.prose().contains("the base URL in SIGMA_BASE_URL"), "{}", ran.err());
        assert!(!ran.err().contains("planted"), "{}", ran.err());
    }
    assert_eq!(sigma.requests(), 0);
}

#[test]
fn a_port_that_there_is_not_is_refused() {
    for base in
        ["https://api.example.com:65536", "http://127.0.0.1:99999", "https://api.example.com:-1"]
    {
        let ran = sigma().pull(&Place::new(), "").env("SIGMA_BASE_URL", base).exits(2);
        assert!(
            ran.prose().contains("the base URL in SIGMA_BASE_URL is not the URL"),
            "{}",
            ran.err()
        );
        let run = sigma().pull(&Place::new(), "--attempts 1 --base-url https://api.example.com");
        let ran = run.env("HTTPS_PROXY", base).exits(2);
        assert!(ran.prose().contains("the proxy in HTTPS_PROXY is not the URL"), "{}", ran.err());
    }
}

#[test]
fn a_host_that_is_not_found_is_named_with_the_cause() {
    let ran = sigma()
        .pull(&Place::new(), "--attempts 1 --base-url https://no-such-host.invalid")
        .exits(2);
    let prose = ran.prose();
    let cause = prose.split("the host no-such-host.invalid is not found: ").nth(1);
    assert!(cause.is_some_and(|cause| !cause.starts_with("failed")), "{prose}");
}

#[test]
fn a_pull_ends_at_its_deadline_and_keeps_what_it_has() {
    let (place, sigma) = (Place::new(), sigma());
    let second = std::time::Duration::from_secs(1);
    sigma.faulty(move |target, _| target.contains("/embeds").then(|| Fault::Slow(20 * second)));
    let begun = std::time::Instant::now();
    let ran = sigma.pull(&place, "--deadline 2 --attempts 100 -o map.csv").exits(2);
    assert!(begun.elapsed() < 10 * second, "{:?}", begun.elapsed());
    assert!(!place.path("map.csv").exists(), "{}", ran.err());
}

#[test]
fn a_secret_that_comes_back_escaped_is_not_kept() {
    // JSON escapes of it, percent-encoding, base64 (`printf %s … | base64`).
    for echo in [
        r"planted+Secret\u002f90\u003d\u00fc\u0026x",
        "client_secret=planted%2BSecret%2F90%3D%C3%BC%26x",
        "cGxhbnRlZCtTZWNyZXQvOTA9w7wmeA==",
    ] {
        let (place, sigma) = (Place::new(), sigma());
        let entry = format!(r#"{{"entries": [{{"workbookId": "w", "name": "{echo}"}}]}}"#);
        sigma.faulty(move |target, _| {
            target.starts_with("/v2/workbooks?").then(|| Fault::Body(entry.clone()))
        });
        let ran = sigma.pull(&place, "-o map.csv").exits(2);
        assert!(ran.prose().contains("the answer repeats the client secret"), "{}", ran.err());
        assert_eq!(place.names(), [""; 0], "nothing is kept of it");
    }
}

#[test]
fn a_token_is_carried_nowhere_else() {
    let (place, sigma, elsewhere) = (Place::new(), sigma(), sigma());
    let location = format!("location: {}/v2/workbooks\r\n", elsewhere.base());
    sigma.faulty(move |target, _| {
        target
            .starts_with("/v2/workbooks?")
            .then(|| Fault::Status(307, location.clone(), String::new()))
    });
    let ran = sigma.pull(&place, "").exits(2);
    assert!(ran.prose().contains("redirects to another address (status 307)"), "{}", ran.err());
    assert_eq!(elsewhere.requests(), 0);
}

/// A proxy that connects nobody; the lines it was asked with.
fn proxy() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let lines = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&lines);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut line = String::new();
            drop(reader.read_line(&mut line));
            seen.lock().unwrap().push(line.trim().to_owned());
            drop(stream.write_all(b"HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n"));
        }
    });
    (address, lines)
}

#[test]
fn a_proxy_is_taken_from_the_environment_but_not_for_this_machine() {
    let (place, sigma) = (Place::new(), sigma());
    let (address, lines) = proxy();
    let through = |variable: &str, base: &str, except: &str| {
        lines.lock().unwrap().clear();
        let run = sigma.pull(&place, "--attempts 1 --timeout 5").env("SIGMA_BASE_URL", base);
        let ran = run
            .env(variable, format!("http://ann:planted-pw@{address}"))
            .env("NO_PROXY", except)
            .done();
        assert!(!ran.err().contains("planted-pw"), "{}", ran.err());
        (ran.status, lines.lock().unwrap().clone())
    };
    let away = "https://api.sigma.invalid";
    let connect = vec!["CONNECT api.sigma.invalid:443 HTTP/1.1".to_owned()];
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        assert_eq!(through(variable, away, ""), (Some(2), connect.clone()), "{variable}");
    }
    assert_eq!(through("HTTPS_PROXY", away, "other.invalid, .sigma.invalid"), (Some(2), vec![]));
    // What speaks in the clear needs no other ears.
    assert_eq!(through("HTTP_PROXY", away, ""), (Some(2), vec![]));
    assert_eq!(through("HTTPS_PROXY", &sigma.base(), ""), (Some(0), vec![]));
    let ran = sigma.pull(&place, "").env("HTTPS_PROXY", "::planted::").exits(2);
    assert!(ran.prose().contains("the proxy in HTTPS_PROXY is not"), "{}", ran.err());
    assert!(!ran.err().contains("planted"));
}

/// A server behind TLS that knows no workbook, and its certificate, which nobody but `SSL_CERT_FILE` vouches for.
fn behind_tls() -> (String, String) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config =
        ServerConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, stream.unwrap());
            let mut reader = BufReader::new(&mut stream);
            let (mut head, mut line) = (String::new(), String::new());
            // A client that trusts nobody goes before it has said anything.
            while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                head += &std::mem::take(&mut line);
            }
            let body = if head.starts_with("POST") {
                let length = head.split("content-length: ").nth(1).unwrap().lines().next().unwrap();
                drop(reader.read_exact(&mut vec![0; length.parse().unwrap()]));
                format!("{{\"access_token\": \"{TOKEN}\"}}")
            } else {
                "{\"entries\": [], \"hasMore\": false}".to_owned()
            };
            let length = body.len();
            drop(write!(
                stream,
                "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
            ));
            stream.conn.send_close_notify();
            drop(stream.flush());
        }
    });
    (format!("https://localhost:{port}"), made.cert.pem())
}

#[test]
#[cfg(target_os = "linux")]
fn a_certificate_must_be_one_that_the_system_trusts() {
    let (place, other) = (Place::new(), sigma());
    let (base, certificate) = behind_tls();
    place.file("roots.pem", certificate);
    let pull = || -> Run { other.pull(&place, "").env("SIGMA_BASE_URL", &base) };
    let ran = pull().env("SSL_CERT_FILE", place.path("roots.pem")).exits(0);
    assert_eq!(ran.out(), EMPTY);
    let start = Instant::now();
    let said = pull().exits(2).prose();
    assert!(
        said.contains("the certificate of the API's host is not one that this system trusts"),
        "{said}"
    );
    // It does not get better by being asked again.
    assert!(!said.contains("times") && start.elapsed() < Duration::from_secs(10), "{said}");
}

#[test]
fn an_answer_without_end_is_not_read_to_it() {
    let (place, sigma) = (Place::new(), sigma());
    sigma.faulty(|target, _| target.contains('?').then(|| Fault::Body(" ".repeat(65 << 20))));
    let said = sigma.pull(&place, "").exits(2).prose();
    assert!(said.contains("the answer is too large"), "{said}");
}

#[test]
fn an_answer_that_trickles_is_not_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            thread::spawn(move || {
                drop(stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n"));
                while stream.write_all(b" ").is_ok() {
                    thread::sleep(Duration::from_millis(50));
                }
            });
        }
    });
    let start = Instant::now();
    let run = sigma().pull(&Place::new(), "--timeout 1 --attempts 2");
    let said = run.env("SIGMA_BASE_URL", format!("http://127.0.0.1:{port}")).exits(2).prose();
    assert!(said.contains("there was no answer in time, 2 times in a row"), "{said}");
    assert!(start.elapsed() < Duration::from_secs(15));
}
