package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sync"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
)

// lastBeats keeps the last beat of each peer.
type lastBeats struct {
	mu    sync.Mutex
	beats map[peer.ID]heartbeat
	count int64
}

func (l *lastBeats) take(from peer.ID, beat heartbeat) {
	l.mu.Lock()
	l.beats[from] = beat
	l.count++
	l.mu.Unlock()
}

// runIngestListen does the least that an aggregator does: decodes beats and keeps the last one of each peer.
// Each line of standard input is answered with the count.
func runIngestListen(o options) {
	h := newHost(o, libp2p.ListenAddrStrings(o.listen))
	last := &lastBeats{beats: map[peer.ID]heartbeat{}}
	h.SetStreamHandler(legacyID, func(s network.Stream) {
		from := s.Conn().RemotePeer()
		decoder := json.NewDecoder(s)
		for {
			var beat heartbeat
			if err := decoder.Decode(&beat); err != nil {
				_ = s.Reset()
				return
			}
			last.take(from, beat)
		}
	})
	say(map[string]any{
		"event":   "listening",
		"address": fmt.Sprintf("%s/p2p/%s", h.Network().ListenAddresses()[0], h.ID()),
	})
	commands := bufio.NewScanner(os.Stdin)
	for commands.Scan() && commands.Text() != "quit" {
		last.mu.Lock()
		count, peers := last.count, len(last.beats)
		last.mu.Unlock()
		say(map[string]any{"event": "count", "beats": count, "peers": peers})
	}
	_ = h.Close()
}
