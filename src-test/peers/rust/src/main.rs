//! A rust-libp2p peer for the interop run: listens for heartbeats or dials and beats.
//! Same command line and same output as the Go peer. rust-libp2p cannot say a protocol id without a
//! leading slash (multistream-select refuses it, below every upgrade): it serves and opens the other.

mod options;

use std::{
    env,
    error::Error,
    process::exit,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use futures::{AsyncBufReadExt, AsyncWriteExt, StreamExt, io::BufReader};
use libp2p::{
    Multiaddr, PeerId, Stream, Swarm, SwarmBuilder, identify,
    multiaddr::Protocol,
    noise, ping,
    swarm::{NetworkBehaviour, SwarmEvent},
    tcp, yamux,
};
use options::{Options, options, private_key};
use serde_json::{Value, json};
use tokio::{
    io::AsyncBufReadExt as _,
    sync::{mpsc, watch},
    time,
};

const GENESIS: &str = "bafy2bzacecnamqgqmifpluoeldx7zzglxcljo6oja4vrmtj7432rphldpdmm2";

type Failure = Box<dyn Error + Send + Sync>;

/// Prints one event as one line of JSON.
fn say(event: Value) {
    println!("{event}");
}

#[derive(NetworkBehaviour)]
struct Behaviour {
    identify: identify::Behaviour,
    ping: ping::Behaviour,
    stream: libp2p_stream::Behaviour,
}

fn new_swarm(o: &Options) -> Result<Swarm<Behaviour>, Failure> {
    Ok(SwarmBuilder::with_existing_identity(private_key(o)?)
        .with_tokio()
        .with_tcp(
            tcp::Config::default(),
            noise::Config::new,
            yamux::Config::default,
        )?
        .with_behaviour(|key| Behaviour {
            identify: identify::Behaviour::new(identify::Config::new(
                "heartbeat-peer/1.0.0".into(),
                key.public(),
            )),
            ping: ping::Behaviour::default(),
            stream: libp2p_stream::Behaviour::new(),
        })?
        .build())
}

fn say_swarm_event(event: SwarmEvent<BehaviourEvent>) {
    match event {
        SwarmEvent::ConnectionClosed { peer_id, cause, .. } => {
            let detail = cause.map(|cause| cause.to_string());
            say(json!({"event": "disconnected", "peer": peer_id.to_string(), "detail": detail}));
        }
        SwarmEvent::IncomingConnectionError { error, .. } => {
            say(json!({"event": "refused", "detail": error.to_string()}));
        }
        SwarmEvent::Behaviour(BehaviourEvent::Ping(ping::Event { peer, result, .. })) => {
            match result {
                Ok(taken) => {
                    let micros = taken.as_micros() as u64;
                    say(json!({"event": "ping", "peer": peer.to_string(), "micros": micros}));
                }
                Err(failure) => {
                    let detail = failure.to_string();
                    say(
                        json!({"event": "ping-failed", "peer": peer.to_string(), "detail": detail}),
                    );
                }
            }
        }
        SwarmEvent::Behaviour(BehaviourEvent::Identify(event)) => match event {
            identify::Event::Received { peer_id, info, .. } => say(json!({
                "event": "identified",
                "peer": peer_id.to_string(),
                "agent": info.agent_version,
                "protocolVersion": info.protocol_version,
                "protocols": info.protocols.iter().map(|id| id.to_string()).collect::<Vec<_>>(),
                "addresses": info.listen_addrs.iter().map(Multiaddr::to_string).collect::<Vec<_>>(),
                "observed": info.observed_addr.to_string(),
            })),
            identify::Event::Error { peer_id, error, .. } => {
                say(
                    json!({"event": "identify-failed", "peer": peer_id.to_string(), "detail": error.to_string()}),
                );
            }
            _ => {}
        },
        _ => {}
    }
}

/// What the readers of all streams obey.
#[derive(Clone, Copy, Default)]
struct Orders {
    paused: bool,
    resets: u64,
}

struct Hearer {
    echo: bool,
    orders: watch::Receiver<Orders>,
    beats: Arc<AtomicU64>,
}

impl Hearer {
    /// Reads a stream to its end; answers why it ended.
    async fn hear(&mut self, from: &str, number: u64, stream: Stream) -> Value {
        let resets = self.orders.borrow_and_update().resets;
        let mut reader = BufReader::new(stream);
        let mut line = Vec::new();
        let failed = |e: std::io::Error| json!({"reason": "reset", "detail": e.to_string()});
        loop {
            let orders = *self.orders.borrow_and_update();
            if orders.resets != resets {
                // A stream that is dropped unended is reset.
                return json!({"reason": "reset", "detail": "by the test"});
            }
            tokio::select! {
                changed = self.orders.changed() => if changed.is_err() {
                    return json!({"reason": "reset", "detail": "the peer ends"});
                },
                read = reader.read_until(b'\n', &mut line), if !orders.paused => {
                    if let Err(e) = read {
                        return failed(e);
                    }
                    if !line.ends_with(b"\n") {
                        // A failure to end our direction changes nothing.
                        let _ = reader.get_mut().close().await;
                        return json!({"reason": "eof"});
                    }
                    self.beats.fetch_add(1, Ordering::Relaxed);
                    say_beat(from, number, &String::from_utf8_lossy(&line));
                    if self.echo {
                        let stream = reader.get_mut();
                        if let Err(e) = stream.write_all(&line).await.and(stream.flush().await) {
                            return failed(e);
                        }
                    }
                    line.clear();
                }
            }
        }
    }
}

fn say_beat(from: &str, stream: u64, line: &str) {
    match serde_json::from_str::<Value>(line) {
        Ok(beat) => {
            say(json!({"event": "beat", "peer": from, "stream": stream, "json": beat, "raw": line}))
        }
        Err(_) => say(json!({"event": "malformed", "peer": from, "stream": stream, "raw": line})),
    }
}

/// The lines of standard input; it ends when that does.
fn commands() -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        let mut lines = tokio::io::BufReader::new(tokio::io::stdin()).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            if sender.send(line).await.is_err() {
                return;
            }
        }
    });
    receiver
}

async fn run_listen(o: Options) -> Result<(), Failure> {
    let mut swarm = new_swarm(&o)?;
    swarm.listen_on(o.listen.clone())?;
    let mut incoming = swarm
        .behaviour()
        .stream
        .new_control()
        .accept(o.protocol.clone())
        .map_err(|_| "the id is served already")?;
    let (orders, obeyed) = watch::channel(Orders::default());
    let beats = Arc::new(AtomicU64::new(0));
    let mut streams = 0;
    let mut commands = commands();
    loop {
        tokio::select! {
            event = swarm.select_next_some() => match event {
                SwarmEvent::NewListenAddr { address, .. } => {
                    let peer = *swarm.local_peer_id();
                    say(json!({
                        "event": "listening",
                        "address": address.with(Protocol::P2p(peer)).to_string(),
                        "peerId": peer.to_string(),
                    }));
                }
                other => say_swarm_event(other),
            },
            Some((peer, stream)) = incoming.next() => {
                streams += 1;
                let (from, number) = (peer.to_string(), streams);
                say(json!({"event": "stream", "peer": from, "stream": number, "protocol": o.protocol.as_ref()}));
                let mut hearer = Hearer { echo: o.echo, orders: obeyed.clone(), beats: beats.clone() };
                tokio::spawn(async move {
                    let end = hearer.hear(&from, number, stream).await;
                    say(json!({
                        "event": "end", "peer": from, "stream": number,
                        "reason": end["reason"], "detail": end["detail"],
                    }));
                });
            }
            command = commands.recv() => match command.as_deref() {
                Some("pause") => {
                    orders.send_modify(|now| now.paused = true);
                    say(json!({"event": "paused"}));
                }
                Some("resume") => {
                    orders.send_modify(|now| now.paused = false);
                    say(json!({"event": "resumed"}));
                }
                Some("reset-streams") => {
                    orders.send_modify(|now| now.resets += 1);
                    say(json!({"event": "did-reset-streams"}));
                }
                Some("close-connections") => {
                    for peer in swarm.connected_peers().copied().collect::<Vec<_>>() {
                        // Fails only when it is gone already.
                        let _ = swarm.disconnect_peer_id(peer);
                    }
                    say(json!({"event": "did-close-connections"}));
                }
                Some("stats") => say(json!({
                    "event": "stats",
                    "connections": swarm.network_info().connection_counters().num_established(),
                    "beats": beats.load(Ordering::Relaxed),
                })),
                None | Some("quit") => return Ok(()),
                Some(_) => {}
            },
        }
    }
}

fn peer_of(target: &Multiaddr) -> Result<PeerId, Failure> {
    match target.iter().last() {
        Some(Protocol::P2p(peer)) => Ok(peer),
        _ => Err(format!("--target {target} (expected: /p2p/<id> at its end)").into()),
    }
}

async fn run_dial(o: Options) -> Result<(), Failure> {
    let target = o.target.clone().ok_or("--target (expected: a multiaddr)")?;
    let peer = peer_of(&target)?;
    let mut swarm = new_swarm(&o)?;
    let me = swarm.local_peer_id().to_string();
    let mut control = swarm.behaviour().stream.new_control();
    swarm.dial(target)?;
    loop {
        match swarm.select_next_some().await {
            SwarmEvent::ConnectionEstablished { .. } => break,
            SwarmEvent::OutgoingConnectionError { error, .. } => return Err(error.into()),
            other => say_swarm_event(other),
        }
    }
    tokio::spawn(async move {
        loop {
            say_swarm_event(swarm.select_next_some().await);
        }
    });
    let mut stream = control.open_stream(peer, o.protocol.clone()).await?;
    say(json!({"event": "dialed", "peerId": me, "protocol": o.protocol.as_ref()}));
    let mut ticks = time::interval(o.period);
    ticks.tick().await;
    for n in 1..=o.beats {
        ticks.tick().await;
        let beat = format!(
            "{{\"Head\":\"{{ {GENESIS} }}\",\"Height\":{n},\"Nickname\":\"rust <peer> & friends\",\
             \"MinerAddress\":\"\",\"GenesisCID\":{{\"/\":\"{GENESIS}\"}}}}\n"
        );
        let written = match stream.write_all(beat.as_bytes()).await {
            Ok(()) => stream.flush().await,
            failed => failed,
        };
        if let Err(e) = written {
            say(json!({"event": "write-failed", "n": n, "detail": e.to_string()}));
            exit(3);
        }
        if o.beats <= 100 || n % 100 == 0 || n == o.beats {
            say(json!({"event": "sent", "n": n}));
        }
    }
    say(json!({"event": "done"}));
    let mut commands = commands();
    while !matches!(commands.recv().await.as_deref(), None | Some("quit")) {}
    Ok(stream.close().await?)
}

async fn run() -> Result<(), Failure> {
    let o = options(env::args().skip(1))?;
    match o.command.as_str() {
        "listen" => run_listen(o).await,
        "dial" => run_dial(o).await,
        _ => Err("no command (expected: listen or dial)".into()),
    }
}

#[tokio::main]
async fn main() {
    if let Err(failure) = run().await {
        eprintln!("peer: {failure}");
        exit(1);
    }
    // Standard input may still be waited for.
    exit(0);
}
