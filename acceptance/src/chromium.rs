//! A headless Chromium, spoken to by its own protocol over two named pipes.
//!
//! Pipes and not a socket: no port, no web socket, no further crate. Opens pages at a width, evaluates
//! expressions in them and collects what the browser complained of. Knows nothing of Passband.
//! Protocol: Chrome DevTools Protocol, `--remote-debugging-pipe`: JSON messages, each ended by a zero byte.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use base64::Engine;
use serde_json::{Value, json};

/// The longest wait for any one answer.
const ANSWER_WAIT: Duration = Duration::from_secs(30);

/// The browser, if the tests were told of one.
#[must_use]
pub fn path() -> Option<PathBuf> {
    let path = std::env::var_os("PASSBAND_CHROMIUM");
    path.map(PathBuf::from).filter(|path| path.is_file())
}

/// A browser with one page.
pub struct Browser {
    child: Child,
    commands: File,
    messages: Receiver<Value>,
    session: Option<String>,
    next_id: u64,
    /// Errors and refusals that the browser wrote to its log since the last page was opened.
    pub complaints: Vec<String>,
    loaded: bool,
    _folder: tempfile::TempDir,
}

impl Browser {
    /// Starts one.
    ///
    /// # Panics
    /// It does not start; a test's failure.
    #[must_use]
    pub fn start(program: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (commands_pipe, messages_pipe) = (folder.path().join("in"), folder.path().join("out"));
        let made = Command::new("mkfifo")
            .args([&commands_pipe, &messages_pipe])
            .status();
        assert!(made.is_ok_and(|status| status.success()), "mkfifo");
        // The shell gives the pipes the numbers that the browser expects.
        let child = Command::new("sh")
            .arg("-c")
            .arg(r#"in=$1; out=$2; shift 2; exec "$@" 3<"$in" 4>"$out""#)
            .arg("sh")
            .args([&commands_pipe, &messages_pipe])
            .arg(program)
            .args(FLAGS)
            .arg(format!(
                "--user-data-dir={}",
                folder.path().join("profile").display()
            ))
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell");
        let open = |path: &Path, write: bool| {
            OpenOptions::new()
                .read(!write)
                .write(write)
                .open(path)
                .expect("a pipe")
        };
        let commands = open(&commands_pipe, true);
        let answers = BufReader::new(open(&messages_pipe, false));
        let (send, messages) = channel();
        std::thread::spawn(move || {
            for message in answers.split(0).map_while(Result::ok) {
                let Ok(message) = serde_json::from_slice(&message) else {
                    return;
                };
                if send.send(message).is_err() {
                    return;
                }
            }
        });
        let mut browser = Self {
            child,
            commands,
            messages,
            session: None,
            next_id: 0,
            complaints: Vec::new(),
            loaded: false,
            _folder: folder,
        };
        browser.attach();
        browser
    }

    fn attach(&mut self) {
        let target = self.call("Target.createTarget", &json!({"url": "about:blank"}));
        let attached = self.call(
            "Target.attachToTarget",
            &json!({"targetId": target["targetId"], "flatten": true}),
        );
        self.session = attached["sessionId"].as_str().map(ToOwned::to_owned);
        for domain in ["Page", "Runtime", "Log", "Network"] {
            self.call(&format!("{domain}.enable"), &json!({}));
        }
    }

    /// Lets the page be as large as this many CSS pixels, as a phone's where it is narrow.
    pub fn size(&mut self, width: u32, height: u32) {
        let metrics = json!({
            "width": width,
            "height": height,
            "deviceScaleFactor": 1,
            "mobile": width < 600,
        });
        self.call("Emulation.setDeviceMetricsOverride", &metrics);
    }

    /// Whether scripts run in pages opened from now on.
    pub fn scripts(&mut self, run: bool) {
        self.call(
            "Emulation.setScriptExecutionDisabled",
            &json!({"value": !run}),
        );
    }

    /// Keeps no cookie any more.
    pub fn forget_cookies(&mut self) {
        self.call("Network.clearBrowserCookies", &json!({}));
    }

    /// Keeps a cookie for a site, out of reach of its scripts.
    pub fn set_cookie(&mut self, url: &str, name: &str, value: &str) {
        let cookie =
            json!({"url": url, "name": name, "value": value, "httpOnly": true, "sameSite": "Lax"});
        self.call("Network.setCookie", &cookie);
    }

    /// Opens a page and waits until it is there.
    pub fn open(&mut self, url: &str) {
        self.complaints.clear();
        self.loaded = false;
        let answer = self.call("Page.navigate", &json!({"url": url}));
        assert!(
            answer["errorText"].is_null(),
            "{url}: {}",
            answer["errorText"]
        );
        self.wait_until_loaded();
    }

    /// Evaluates an expression that leads to another page, and waits until that is there.
    pub fn follow(&mut self, expression: &str) {
        self.loaded = false;
        self.evaluate(expression);
        self.wait_until_loaded();
    }

    fn wait_until_loaded(&mut self) {
        while !self.loaded {
            let message = self.next();
            self.note(&message);
        }
    }

    /// The value of an expression in the page; a promise is awaited.
    pub fn evaluate(&mut self, expression: &str) -> Value {
        let answer = self.call(
            "Runtime.evaluate",
            &json!({"expression": expression, "returnByValue": true, "awaitPromise": true}),
        );
        let thrown = &answer["exceptionDetails"];
        assert!(thrown.is_null(), "{expression}: {thrown}");
        answer["result"]["value"].clone()
    }

    /// Whether the page is on `screen` or in `print`, and whether the reader prefers `light` or `dark`.
    pub fn media(&mut self, media: &str, scheme: &str) {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        let how = json!({"media": media, "features": features});
        self.call("Emulation.setEmulatedMedia", &how);
    }

    /// A picture of the first element that a selector finds, as PNG, twice as fine as the screen.
    pub fn picture_of(&mut self, selector: &str) -> Vec<u8> {
        let expression = format!(
            "(() => {{ const box = document.querySelector({selector:?}).getBoundingClientRect();
               return {{x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height, scale: 2}} }})()"
        );
        let clip = self.evaluate(&expression);
        self.shoot(&json!({"format": "png", "captureBeyondViewport": true, "clip": clip}))
    }

    /// A picture of the whole page, as PNG; for looking at, not for comparing.
    pub fn picture(&mut self) -> Vec<u8> {
        self.shoot(&json!({"format": "png", "captureBeyondViewport": true}))
    }

    fn shoot(&mut self, how: &Value) -> Vec<u8> {
        let shot = self.call("Page.captureScreenshot", how);
        let data = shot["data"].as_str().expect("a picture");
        base64::prelude::BASE64_STANDARD
            .decode(data)
            .expect("the browser writes base64")
    }

    fn call(&mut self, method: &str, params: &Value) -> Value {
        self.next_id += 1;
        let id = self.next_id;
        let mut message = json!({"id": id, "method": method, "params": params});
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.commands.write_all(&bytes).expect("the browser reads");
        loop {
            let mut message = self.next();
            if message["id"] == json!(id) {
                assert!(message["error"].is_null(), "{method}: {}", message["error"]);
                return message["result"].take();
            }
            self.note(&message);
        }
    }

    fn next(&mut self) -> Value {
        match self.messages.recv_timeout(ANSWER_WAIT) {
            Ok(message) => message,
            Err(RecvTimeoutError::Timeout) => panic!("the browser does not answer"),
            Err(RecvTimeoutError::Disconnected) => panic!("the browser is gone"),
        }
    }

    fn note(&mut self, message: &Value) {
        let params = &message["params"];
        match message["method"].as_str() {
            Some("Page.loadEventFired") => self.loaded = true,
            Some("Log.entryAdded") if params["entry"]["level"] == json!("error") => {
                self.complaints.push(params["entry"]["text"].to_string());
            }
            Some("Runtime.exceptionThrown") => {
                self.complaints.push(params["exceptionDetails"].to_string());
            }
            _ => {}
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--remote-debugging-pipe",
];
