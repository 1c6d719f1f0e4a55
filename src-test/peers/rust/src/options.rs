//! What the command line says, and the key that it names.

use std::{fs, path::PathBuf, time::Duration};

use libp2p::{Multiaddr, StreamProtocol, identity::Keypair};

use crate::Failure;

const HEARTBEAT: &str = "/fil/heartbeat/1.0.0";

pub struct Options {
    pub command: String,
    pub key_type: String,
    pub key: Option<PathBuf>,
    pub rsa_key: Option<PathBuf>,
    pub listen: Multiaddr,
    pub target: Option<Multiaddr>,
    pub protocol: StreamProtocol,
    pub beats: u64,
    pub period: Duration,
    pub echo: bool,
}

fn period(text: &str) -> Result<Duration, Failure> {
    let split = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let number: u64 = text[..split].parse()?;
    match &text[split..] {
        "ms" => Ok(Duration::from_millis(number)),
        "s" => Ok(Duration::from_secs(number)),
        "m" => Ok(Duration::from_secs(60 * number)),
        _ => Err(format!("period {text} (expected: 1ms, 3s or 5m)").into()),
    }
}

pub fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options, Failure> {
    let mut o = Options {
        command: String::new(),
        key_type: "ed25519".into(),
        key: None,
        rsa_key: None,
        listen: "/ip4/127.0.0.1/tcp/0".parse()?,
        target: None,
        protocol: StreamProtocol::new(HEARTBEAT),
        beats: 3,
        period: Duration::from_secs(1),
        echo: false,
    };
    while let Some(flag) = arguments.next() {
        let mut value = || {
            arguments
                .next()
                .ok_or(format!("{flag} (expected: a value)"))
        };
        match flag.as_str() {
            "listen" | "dial" => o.command = flag,
            "--key-type" => o.key_type = value()?,
            "--key" => o.key = Some(value()?.into()),
            "--rsa-key" => o.rsa_key = Some(value()?.into()),
            "--listen" => o.listen = value()?.parse()?,
            "--target" => o.target = Some(value()?.parse()?),
            "--protocol" => o.protocol = StreamProtocol::try_from_owned(value()?)?,
            "--beats" => o.beats = value()?.parse()?,
            "--period" => o.period = period(&value()?)?,
            "--echo" => o.echo = true,
            // No other id is served anyway.
            "--slash" => {}
            _ => return Err(format!("unknown flag {flag}").into()),
        }
    }
    Ok(o)
}

/// The key of the file, made when absent; but RSA keys are only read (PKCS#8): rust-libp2p makes
/// none.
pub fn private_key(o: &Options) -> Result<Keypair, Failure> {
    if o.key_type == "rsa" {
        let file = o.rsa_key.as_ref().ok_or("--rsa-key (expected: a file)")?;
        return Ok(Keypair::rsa_from_pkcs8(&mut fs::read(file)?)?);
    }
    if let Some(file) = o.key.as_ref().filter(|file| file.exists()) {
        return Ok(Keypair::from_protobuf_encoding(&fs::read(file)?)?);
    }
    let key = match o.key_type.as_str() {
        "ed25519" => Keypair::generate_ed25519(),
        "secp256k1" => Keypair::generate_secp256k1(),
        "ecdsa" => Keypair::generate_ecdsa(),
        other => return Err(format!("unknown key type {other}").into()),
    };
    if let Some(file) = &o.key {
        fs::write(file, key.to_protobuf_encoding()?)?;
    }
    Ok(key)
}
