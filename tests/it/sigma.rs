//! A server on this machine that answers as Sigma's REST API does (reference, section 7), with faults on demand.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Place, Run};

/// Credentials that no other text holds. The secret needs escaping in a form.
pub(crate) const CLIENT_ID: &str = "planted-client-5b1f";
pub(crate) const CLIENT_SECRET: &str = "planted+Secret/90=ü&x";
/// The same as a form carries it.
pub(crate) const ESCAPED_SECRET: &str = "planted%2BSecret%2F90%3D%C3%BC%26x";
/// What every token begins with.
pub(crate) const TOKEN: &str = "planted-token-";

/// What goes wrong with one answer.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// Another status, with one more header line and a body.
    Status(u16, String, String),
    /// Half of the body, then the end of the connection.
    Cut,
    /// No answer for so long, then the right one.
    Slow(Duration),
    /// Status 200 and this body.
    Body(String),
    /// The token has expired, all at once and for everybody.
    Expired,
}

impl Fault {
    pub(crate) fn status(code: u16) -> Self {
        Self::Status(code, String::new(), String::new())
    }
}

/// One request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) authorization: String,
    pub(crate) body: String,
}

/// Decides on a fault by the request's target and how often it came before.
type Faults = Box<dyn Fn(&str, usize) -> Option<Fault> + Send>;

/// What the server knows.
struct World {
    workbooks: Vec<Value>,
    embeds: HashMap<String, Vec<Value>>,
    page: usize,
    faults: Faults,
    tokens: usize,
    valid: Option<String>,
    log: Vec<Asked>,
    times: HashMap<String, usize>,
    /// Requests under way, and the most there ever were.
    busy: usize,
    peak: usize,
}

/// A running server; it ends with the test.
#[derive(Clone)]
pub(crate) struct Sigma {
    port: u16,
    world: Arc<Mutex<World>>,
}

impl Sigma {
    /// Workbooks as the API lists them, each with the embeds of it.
    pub(crate) fn new(content: Vec<(Value, Vec<Value>)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let id = |workbook: &Value| workbook["workbookId"].as_str().unwrap().to_owned();
        let world = World {
            embeds: content.iter().map(|(w, embeds)| (id(w), embeds.clone())).collect(),
            workbooks: content.into_iter().map(|(workbook, _)| workbook).collect(),
            page: 1000,
            faults: Box::new(|_, _| None),
            tokens: 0,
            valid: None,
            log: Vec::new(),
            times: HashMap::new(),
            busy: 0,
            peak: 0,
        };
        let world = Arc::new(Mutex::new(world));
        let shared = Arc::clone(&world);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let shared = Arc::clone(&shared);
                // A client may go whenever it likes.
                thread::spawn(move || drop(serve(&shared, &stream.unwrap())));
            }
        });
        Self { port, world }
    }

    /// No page holds more, whatever is asked for.
    pub(crate) fn paged(self, page: usize) -> Self {
        self.world.lock().unwrap().page = page;
        self
    }

    /// From now on these faults.
    pub(crate) fn faulty(&self, faults: impl Fn(&str, usize) -> Option<Fault> + Send + 'static) {
        self.world.lock().unwrap().faults = Box::new(faults);
    }

    pub(crate) fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// `map pull` from here, with short waits.
    pub(crate) fn pull(&self, place: &Place, args: &str) -> Run {
        place
            .run("map pull --retry-delay 1")
            .args(args)
            .env("SIGMA_BASE_URL", self.base())
            .env("SIGMA_CLIENT_ID", CLIENT_ID)
            .env("SIGMA_CLIENT_SECRET", CLIENT_SECRET)
    }

    /// All requests so far, which are forgotten.
    pub(crate) fn take_log(&self) -> Vec<Asked> {
        let mut world = self.world.lock().unwrap();
        world.times.clear();
        std::mem::take(&mut world.log)
    }

    /// The most requests there ever were at once.
    pub(crate) fn peak(&self) -> usize {
        self.world.lock().unwrap().peak
    }

    pub(crate) fn requests(&self) -> usize {
        self.world.lock().unwrap().log.len()
    }
}

/// How often each target was asked for.
pub(crate) fn times(log: &[Asked]) -> HashMap<String, usize> {
    let mut times = HashMap::new();
    for asked in log {
        *times.entry(asked.target.clone()).or_default() += 1;
    }
    times
}

fn serve(world: &Mutex<World>, stream: &TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut stream = stream.try_clone()?;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let mut words = line.split_whitespace().map(str::to_owned);
        let (method, target) = (words.next().unwrap(), words.next().unwrap());
        let (mut authorization, mut length) = (String::new(), 0);
        loop {
            let mut header = String::new();
            reader.read_line(&mut header)?;
            let Some((name, value)) = header.trim().split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "authorization" => value.trim().clone_into(&mut authorization),
                "content-length" => length = value.trim().parse().unwrap(),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let body = String::from_utf8(body).unwrap();
        let asked = Asked { method, target, authorization, body };
        let (status, header, body, fault) = world.lock().unwrap().answer(&asked);
        if let Some(Fault::Slow(time)) = fault {
            thread::sleep(time);
        }
        world.lock().unwrap().busy -= 1;
        let head = format!(
            "HTTP/1.1 {status} So\r\n{header}content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        if matches!(fault, Some(Fault::Cut)) {
            stream.write_all(head.as_bytes())?;
            stream.write_all(&body.as_bytes()[..body.len() / 2])?;
            return stream.shutdown(std::net::Shutdown::Both);
        }
        stream.write_all((head + &body).as_bytes())?;
    }
}

impl World {
    /// Status, header lines, body, and what else to do wrong.
    fn answer(&mut self, asked: &Asked) -> (u16, String, String, Option<Fault>) {
        self.busy += 1;
        self.peak = self.peak.max(self.busy);
        let before = self.times.entry(asked.target.clone()).or_default();
        let fault = (self.faults)(&asked.target, *before);
        *before += 1;
        self.log.push(asked.clone());
        match &fault {
            Some(Fault::Status(status, header, body)) => {
                return (*status, header.clone(), body.clone(), None);
            }
            Some(Fault::Body(body)) => return (200, String::new(), body.clone(), None),
            Some(Fault::Expired) => self.valid = None,
            Some(Fault::Cut | Fault::Slow(_)) | None => {}
        }
        let (status, body) = self.right(asked);
        (status, String::new(), body.to_string(), fault)
    }

    fn right(&mut self, asked: &Asked) -> (u16, Value) {
        let (path, query) = asked.target.split_once('?').unwrap_or((&asked.target, ""));
        if path == "/v2/auth/token" {
            let form = format!(
                "grant_type=client_credentials&client_id={CLIENT_ID}&client_secret={ESCAPED_SECRET}"
            );
            if asked.method != "POST" || asked.body != form {
                return (401, json!({"code": "unauthorized", "message": asked.body}));
            }
            self.tokens += 1;
            let token = format!("{TOKEN}{}", self.tokens);
            self.valid = Some(token.clone());
            return (
                200,
                json!({"access_token": token, "token_type": "bearer", "expires_in": 3600}),
            );
        }
        let sent = asked.authorization.strip_prefix("Bearer ");
        if sent.is_none() || sent != self.valid.as_deref() {
            return (401, json!({"code": "unauthorized", "message": asked.authorization}));
        }
        let none = Vec::new();
        let entries = if path == "/v2/workbooks" {
            &self.workbooks
        } else {
            let id =
                path.strip_prefix("/v2/workbooks/").and_then(|rest| rest.strip_suffix("/embeds"));
            match id.map(|id| self.embeds.get(id).unwrap_or(&none)) {
                Some(embeds) => embeds,
                None => return (404, json!({"code": "not_found"})),
            }
        };
        let of = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name));
        let limit: usize = of("limit=").map_or(50, |limit| limit.parse().unwrap());
        let from: usize = of("page=").map_or(0, |page| page.parse().unwrap());
        let to = entries.len().min(from + limit.min(self.page));
        let more = to < entries.len();
        let next = if more { json!(to.to_string()) } else { Value::Null };
        let page = &entries[from.min(to)..to];
        (200, json!({"entries": page, "hasMore": more, "total": entries.len(), "nextPage": next}))
    }
}

/// Base 62 as the reference defines it, from a version-4 UUID.
pub(crate) fn base62(uuid: &str) -> String {
    let digits: Vec<_> = ('0'..='9').chain('a'..='z').chain('A'..='Z').collect();
    let mut number = u128::from_str_radix(&uuid.replace('-', ""), 16).unwrap();
    let mut text = Vec::new();
    while number > 0 {
        text.push(digits[usize::try_from(number % 62).unwrap()]);
        number /= 62;
    }
    text.iter().rev().collect()
}

/// A version-4 UUID that depends on nothing but a number.
pub(crate) fn uuid(kind: u64, number: u64) -> String {
    // Spread over the whole width, as random ones are.
    let mixed = number.wrapping_add(kind << 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let low = mixed.rotate_left(29) ^ 0x5bd1_e995;
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        mixed >> 32,
        (mixed >> 16) & 0xffff,
        mixed & 0xfff,
        low >> 52,
        low & 0xffff_ffff_ffff
    )
}

/// A workbook as the API lists it.
pub(crate) fn workbook(id: &str, name: &str) -> Value {
    let url_id = base62(id);
    json!({
        "workbookId": id, "workbookUrlId": url_id, "name": name, "path": "Sales", "latestVersion": 1,
        "url": format!("https://app.sigmacomputing.com/acme/workbook/{}-{url_id}", name.replace(' ', "-")),
    })
}

/// An embed as the API lists it; `source` is `workbook`, `page:<id>` or `element:<id>`.
pub(crate) fn embed(id: &str, source: &str, public: bool) -> Value {
    let (kind, source_id) = match source.split_once(':') {
        Some((kind, id)) => (kind, json!(id)),
        None => (source, Value::Null),
    };
    json!({
        "embedId": id, "embedUrl": format!("https://app.sigmacomputing.com/embed/1-{}", base62(id)),
        "public": public, "sourceType": kind, "sourceId": source_id, "sourceName": Value::Null,
    })
}
