//! Requests over the network: HTTP/1.1, TLS with the roots of the system, a proxy if there is one.

use std::io::ErrorKind;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::Duration;

use thiserror::Error;
use ureq::config::Config;
use ureq::http::{HeaderValue, Response, Uri};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Body, Error as Fault, Proxy};
use url::Url;
use zeroize::Zeroizing;

use super::base::BaseUrl;
use super::client::{Answer, Broken, Transport};
use crate::secret::Secret;

/// The largest answer that is read: a page of a thousand workbooks has less than a tenth of it.
const LARGEST: u64 = 16 << 20;

/// The time in which a connection must stand.
const CONNECT: Duration = Duration::from_secs(10);

/// A proxy that cannot be used. Its URL is not repeated: it may hold a password.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("is not the URL of a proxy, such as http://proxy.example.com:8080")]
pub struct ProxyError;

/// How requests reach the API.
#[derive(Clone, Debug)]
pub struct Route {
    proxy: Option<Proxy>,
    timeout: Duration,
}

impl Route {
    /// Without a proxy. `timeout` is for one request with its answer.
    pub fn direct(timeout: Duration) -> Self {
        Self { proxy: None, timeout }
    }

    /// Through this proxy, but for the hosts in `except`, a list as `NO_PROXY` has it.
    pub fn through(self, proxy: &str, except: &str) -> Result<Self, ProxyError> {
        let scheme = if proxy.contains("://") { "" } else { "http://" };
        let address = Url::parse(&format!("{scheme}{proxy}")).map_err(|_| ProxyError)?;
        let extra = address.query().is_some() || address.fragment().is_some();
        if extra || address.host().is_none() || !matches!(address.path(), "" | "/") {
            return Err(ProxyError);
        }
        let named = Proxy::new(address.as_str()).map_err(|_| ProxyError)?;
        let mut builder = Proxy::builder(named.protocol()).host(named.host()).port(named.port());
        if let Some(user) = named.username() {
            builder = builder.username(user);
        }
        if let Some(password) = named.password() {
            builder = builder.password(password);
        }
        for host in except.split(',').map(str::trim).filter(|host| !host.is_empty()) {
            builder = builder.no_proxy(host);
        }
        Ok(Self { proxy: Some(builder.build().map_err(|_| ProxyError)?), ..self })
    }
}

/// The network.
#[derive(Debug)]
pub struct Network {
    agent: Agent,
    /// For one request with its answer.
    timeout: Duration,
}

impl Network {
    /// To the API at `base`, with a connection for each thread that asks.
    pub fn new(base: &BaseUrl, route: &Route, threads: usize) -> Self {
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let config = Agent::config_builder()
            .https_only(!base.is_loopback())
            .tls_config(tls)
            // This machine is reached by itself, whatever proxy leads outside.
            .proxy(route.proxy.clone().filter(|_| !base.is_loopback()))
            // A token goes nowhere but to the base URL.
            .max_redirects(0)
            .http_status_as_error(false)
            .timeout_connect(Some(CONNECT.min(route.timeout)))
            .timeout_global(Some(route.timeout))
            .max_idle_connections(threads)
            .max_idle_connections_per_host(threads)
            .user_agent(concat!("embed2jwt/", env!("CARGO_PKG_VERSION")))
            .build();
        Self {
            agent: Agent::with_parts(config, DefaultConnector::default(), Names),
            timeout: route.timeout,
        }
    }
}

impl Transport for Network {
    fn get(&self, url: &str, token: &Secret, time: Duration) -> Result<Answer, Broken> {
        let header = Zeroizing::new([b"Bearer ", token.expose()].concat());
        let mut header = HeaderValue::from_bytes(&header)
            .map_err(|_| lasting("the token does not fit into a header"))?;
        header.set_sensitive(true);
        let request =
            self.agent.get(url).config().timeout_global(Some(self.timeout.min(time))).build();
        let request = request.header("authorization", header);
        answer(request.header("accept", "application/json").call())
    }

    fn post(&self, url: &str, form: &Zeroizing<String>, time: Duration) -> Result<Answer, Broken> {
        let request =
            self.agent.post(url).config().timeout_global(Some(self.timeout.min(time))).build();
        let request = request.content_type("application/x-www-form-urlencoded");
        answer(request.header("accept", "application/json").send(form.as_str()))
    }
}

fn answer(said: Result<Response<Body>, Fault>) -> Result<Answer, Broken> {
    let mut said = said.map_err(|fault| broken(&fault))?;
    let retry_after = said.headers().get("retry-after").and_then(|value| value.to_str().ok());
    let retry_after = retry_after.map(str::to_owned);
    let body = said.body_mut().with_config().limit(LARGEST).read_to_vec();
    let body = Zeroizing::new(body.map_err(|fault| broken(&fault))?);
    Ok(Answer { status: said.status().as_u16(), retry_after, body })
}

fn lasting(words: &str) -> Broken {
    Broken { words: words.to_owned(), passing: false }
}

/// A host whose address is not known, or cannot be asked for. The words are the system's, about the name alone.
#[derive(Debug, Error)]
#[error("the host {host} is not found: {cause}")]
struct NoHost {
    host: String,
    cause: String,
}

/// Looks addresses up, in a thread of its own because the system knows no limit of time. Where there is no thread to be had, that
/// is an error, not the end of the process.
#[derive(Debug)]
struct Names;

impl Resolver for Names {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Fault> {
        let (send, receive) = sync_channel(1);
        let (asked, config) = (uri.clone(), config.clone());
        let limit = timeout.after;
        // Without a limit, it begins no thread of its own.
        let patient = NextTimeout {
            after: ureq::unversioned::transport::time::Duration::NotHappening,
            ..timeout
        };
        thread::Builder::new().spawn(move || {
            // Nobody may be waiting any more.
            let _ = send.send(DefaultResolver::default().resolve(&asked, &config, patient));
        })?;
        let found = receive.recv_timeout(*limit).map_err(|_| Fault::Timeout(timeout.reason))?;
        found.map_err(|fault| {
            let cause = match fault {
                Fault::Io(error) => {
                    let text = error.to_string();
                    text.strip_prefix(LOOKUP).unwrap_or(&text).to_owned()
                }
                Fault::HostNotFound => "it has no address".to_owned(),
                other => return other,
            };
            let host = uri.host().unwrap_or_default().to_owned();
            Fault::Other(Box::new(NoHost { host, cause }))
        })
    }
}

/// How the standard library begins an error of the resolver.
const LOOKUP: &str = "failed to lookup address information: ";

/// In words of our own: those of a fault may hold what was sent.
fn broken(fault: &Fault) -> Broken {
    let passing = |words: &str| Broken { words: words.to_owned(), passing: true };
    match fault {
        Fault::Timeout(_) => passing("there was no answer in time"),
        Fault::Other(error) => match error.downcast_ref::<NoHost>() {
            Some(no_host) => passing(&no_host.to_string()),
            None => passing("the connection was interrupted"),
        },
        Fault::ConnectionFailed => passing("there is no connection to the API"),
        Fault::Io(error) => match error.kind() {
            ErrorKind::TimedOut | ErrorKind::WouldBlock => passing("there was no answer in time"),
            ErrorKind::ConnectionRefused => passing("the API's host refuses the connection"),
            // The verifier speaks through the stream.
            ErrorKind::InvalidData if is_certificate(error) => {
                lasting("the certificate of the API's host is not one that this system trusts")
            }
            _ => passing("the connection was interrupted"),
        },
        Fault::Rustls(_) | Fault::Tls(_) | Fault::Pem(_) => lasting(
            "there is no secure connection: the TLS handshake failed, or this system has no certificates to trust",
        ),
        Fault::ConnectProxyFailed(_) => passing("the proxy does not connect to the API's host"),
        Fault::BodyExceedsLimit(_) | Fault::LargeResponseHeader(..) => {
            lasting("the answer is too large")
        }
        Fault::BadUri(_) | Fault::Http(_) | Fault::RequireHttpsOnly(_) => {
            lasting("the base URL cannot be used")
        }
        _ => passing("the connection was interrupted"),
    }
}

fn is_certificate(error: &std::io::Error) -> bool {
    error
        .get_ref()
        .is_some_and(|inner| inner.to_string().to_ascii_lowercase().contains("certificate"))
}
