// A go-libp2p peer for the interop run: listens for heartbeats or dials and beats, as Go programs do.
package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	rcmgr "github.com/libp2p/go-libp2p/p2p/host/resource-manager"
	"github.com/libp2p/go-libp2p/p2p/security/noise"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
	"github.com/libp2p/go-libp2p/x/rate"
)

const legacyID = protocol.ID("fil/heartbeat/1.0.0")
const slashID = protocol.ID("/fil/heartbeat/1.0.0")

var outMu sync.Mutex

// say prints one event as one line of JSON.
func say(event map[string]any) {
	line, err := json.Marshal(event)
	if err != nil {
		fail(err)
	}
	outMu.Lock()
	defer outMu.Unlock()
	fmt.Println(string(line))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "peer:", err)
	os.Exit(1)
}

type options struct {
	keyType, keyFile, listen, target, id, limits string
	slash, noiseOnly, quiet, exit, echo          bool
	beats, stopReadingAfter, connections         int
	period                                       time.Duration
}

func main() {
	if len(os.Args) < 2 {
		fail(errors.New("usage: peer listen|old-listen|bench-listen|ingest-listen|dial|crowd-listen|crowd-dial [flags]"))
	}
	var o options
	flags := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	flags.StringVar(&o.keyType, "key-type", "ed25519", "ed25519, rsa or secp256k1")
	flags.StringVar(&o.keyFile, "key", "", "file with a marshalled private key; made when absent")
	flags.StringVar(&o.listen, "listen", "/ip4/127.0.0.1/tcp/0", "where to listen")
	flags.BoolVar(&o.slash, "slash", false, "serve only the id with a leading slash")
	flags.BoolVar(&o.echo, "echo", false, "write every line back")
	flags.IntVar(&o.stopReadingAfter, "stop-reading-after", 0, "beats of a stream to read; 0 reads all")
	flags.BoolVar(&o.noiseOnly, "noise-only", false, "offer Noise only")
	flags.StringVar(&o.limits, "limits", "none", "none or default")
	flags.StringVar(&o.target, "target", "", "multiaddr to dial")
	flags.StringVar(&o.id, "protocol", string(legacyID), "protocol id to open")
	flags.IntVar(&o.beats, "beats", 3, "beats to send")
	flags.DurationVar(&o.period, "period", time.Second, "time between beats")
	flags.IntVar(&o.connections, "connections", 1000, "connections of a crowd")
	flags.BoolVar(&o.exit, "exit", false, "leave after the last beat")
	if err := flags.Parse(os.Args[2:]); err != nil {
		fail(err)
	}
	switch os.Args[1] {
	case "listen":
		runListen(o)
	case "old-listen":
		runOldListen(o)
	case "bench-listen":
		o.quiet = true
		runListen(o)
	case "ingest-listen":
		runIngestListen(o)
	case "dial":
		runDial(o)
	case "crowd-listen":
		runCrowdListen(o)
	case "crowd-dial":
		runCrowdDial(o)
	default:
		fail(fmt.Errorf("unknown command %q (expected: listen, old-listen, bench-listen, ingest-listen, dial, crowd-listen or crowd-dial)", os.Args[1]))
	}
}

func privateKey(o options) crypto.PrivKey {
	if o.keyFile != "" {
		if raw, err := os.ReadFile(o.keyFile); err == nil {
			key, err := crypto.UnmarshalPrivateKey(raw)
			if err != nil {
				fail(err)
			}
			return key
		}
	}
	kinds := map[string]int{
		"ed25519": crypto.Ed25519, "rsa": crypto.RSA, "secp256k1": crypto.Secp256k1, "ecdsa": crypto.ECDSA,
	}
	kind, known := kinds[o.keyType]
	if !known {
		fail(fmt.Errorf("unknown key type %q", o.keyType))
	}
	key, _, err := crypto.GenerateKeyPairWithReader(kind, 2048, rand.Reader)
	if err != nil {
		fail(err)
	}
	if o.keyFile != "" {
		raw, err := crypto.MarshalPrivateKey(key)
		if err != nil {
			fail(err)
		}
		if err := os.WriteFile(o.keyFile, raw, 0o600); err != nil {
			fail(err)
		}
	}
	return key
}

func newHost(o options, listen ...libp2p.Option) host.Host {
	all := append([]libp2p.Option{
		libp2p.Identity(privateKey(o)),
		libp2p.Transport(tcp.NewTCPTransport),
		libp2p.DisableRelay(),
		libp2p.ForceReachabilityPublic(),
	}, listen...)
	if o.noiseOnly {
		all = append(all, libp2p.Security(noise.ID, noise.New))
	}
	if o.limits == "none" {
		manager, err := rcmgr.NewResourceManager(
			rcmgr.NewFixedLimiter(rcmgr.InfiniteLimits),
			rcmgr.WithConnRateLimiters(&rate.Limiter{}))
		if err != nil {
			fail(err)
		}
		all = append(all, libp2p.ResourceManager(manager))
	}
	h, err := libp2p.New(all...)
	if err != nil {
		fail(err)
	}
	return h
}

// gate holds readers back while it is closed.
type gate struct {
	mu   sync.Mutex
	cond *sync.Cond
	shut bool
}

func (g *gate) set(shut bool) {
	g.mu.Lock()
	g.shut = shut
	g.mu.Unlock()
	g.cond.Broadcast()
}

func (g *gate) pass() {
	g.mu.Lock()
	for g.shut {
		g.cond.Wait()
	}
	g.mu.Unlock()
}

func sayBeat(from string, stream int64, line string) {
	var beat map[string]any
	if err := json.Unmarshal([]byte(line), &beat); err != nil {
		say(map[string]any{"event": "malformed", "peer": from, "stream": stream, "raw": line})
		return
	}
	say(map[string]any{"event": "beat", "peer": from, "stream": stream, "json": beat, "raw": line})
}

// awaitClosed holds a reader back until its connection is gone.
func awaitClosed(conn network.Conn) {
	for !conn.IsClosed() {
		time.Sleep(20 * time.Millisecond)
	}
}

func runListen(o options) {
	h := newHost(o, libp2p.ListenAddrStrings(o.listen))
	pause := &gate{}
	pause.cond = sync.NewCond(&pause.mu)
	var beats, streams atomic.Int64
	handler := func(s network.Stream) {
		from := s.Conn().RemotePeer().String()
		number := streams.Add(1)
		if !o.quiet {
			say(map[string]any{"event": "stream", "peer": from, "stream": number, "protocol": string(s.Protocol())})
		}
		reader := bufio.NewReader(s)
		for heard := 0; ; heard++ {
			if o.stopReadingAfter > 0 && heard == o.stopReadingAfter {
				awaitClosed(s.Conn())
			}
			pause.pass()
			line, err := reader.ReadString('\n')
			if err != nil {
				if !o.quiet {
					reason := "reset"
					if errors.Is(err, io.EOF) {
						reason = "eof"
					}
					say(map[string]any{"event": "end", "peer": from, "stream": number, "reason": reason, "detail": err.Error()})
				}
				_ = s.Close()
				return
			}
			beats.Add(1)
			if !o.quiet {
				sayBeat(from, number, line)
			}
			if o.echo {
				// A failure shows at the next read.
				_, _ = s.Write([]byte(line))
			}
		}
	}
	if !o.slash {
		h.SetStreamHandler(legacyID, handler)
	} else {
		h.SetStreamHandler(slashID, handler)
	}
	say(map[string]any{
		"event":   "listening",
		"address": fmt.Sprintf("%s/p2p/%s", h.Network().ListenAddresses()[0], h.ID()),
		"peerId":  h.ID().String(),
	})
	commands := bufio.NewScanner(os.Stdin)
	for commands.Scan() {
		switch commands.Text() {
		case "pause":
			pause.set(true)
			say(map[string]any{"event": "paused"})
		case "resume":
			pause.set(false)
			say(map[string]any{"event": "resumed"})
		case "reset-streams":
			for _, conn := range h.Network().Conns() {
				for _, s := range conn.GetStreams() {
					if s.Protocol() == legacyID || s.Protocol() == slashID {
						_ = s.Reset()
					}
				}
			}
			say(map[string]any{"event": "did-reset-streams"})
		case "close-connections":
			for _, conn := range h.Network().Conns() {
				_ = conn.Close()
			}
			say(map[string]any{"event": "did-close-connections"})
		case "stats":
			say(map[string]any{
				"event": "stats", "connections": len(h.Network().Conns()), "beats": beats.Load(),
				"cpuMillis": cpuMillis(), "rssKiB": rssKiB(),
			})
		case "quit":
			_ = h.Close()
			return
		}
	}
	_ = h.Close()
}

// cidLink is how go-cid writes a CID in JSON.
type cidLink struct {
	Link string `json:"/"`
}

// heartbeat has the members, and the order, of the message that go-filecoin's later versions encode.
type heartbeat struct {
	Head         string
	Height       int64
	Nickname     string
	MinerAddress string
	GenesisCID   *cidLink
}

func runDial(o options) {
	h := newHost(o, libp2p.NoListenAddrs)
	info, err := peer.AddrInfoFromString(o.target)
	if err != nil {
		fail(err)
	}
	ctx := context.Background()
	if err := h.Connect(ctx, *info); err != nil {
		fail(err)
	}
	s, err := h.NewStream(ctx, info.ID, protocol.ID(o.id))
	if err != nil {
		fail(err)
	}
	say(map[string]any{"event": "dialed", "peerId": h.ID().String(), "protocol": string(s.Protocol())})
	encoder := json.NewEncoder(s)
	const genesis = "bafy2bzacecnamqgqmifpluoeldx7zzglxcljo6oja4vrmtj7432rphldpdmm2"
	ticker := time.NewTicker(o.period)
	defer ticker.Stop()
	for n := 1; n <= o.beats; n++ {
		<-ticker.C
		beat := heartbeat{
			Head: "{ " + genesis + " }", Height: int64(n), Nickname: "go <peer> & friends",
			MinerAddress: "<empty>", GenesisCID: &cidLink{genesis},
		}
		if err := encoder.Encode(beat); err != nil {
			say(map[string]any{"event": "write-failed", "n": n, "detail": err.Error()})
			os.Exit(3)
		}
		if o.beats <= 100 || n%100 == 0 || n == o.beats {
			say(map[string]any{"event": "sent", "n": n})
		}
	}
	say(map[string]any{"event": "done"})
	if !o.exit {
		commands := bufio.NewScanner(os.Stdin)
		for commands.Scan() && commands.Text() != "quit" {
		}
	}
	_ = s.Close()
	_ = h.Close()
}

func cpuMillis() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return -1
	}
	return (usage.Utime.Nano() + usage.Stime.Nano()) / int64(time.Millisecond)
}

func rssKiB() int64 {
	raw, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return -1
	}
	var size, resident int64
	if _, err := fmt.Sscan(string(raw), &size, &resident); err != nil {
		return -1
	}
	return resident * int64(os.Getpagesize()) / 1024
}
