package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sync"

	"github.com/filecoin-project/go-address"
	"github.com/ipfs/go-cid"
	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/network"
)

// beatOf2019 has the members that go-filecoin's aggregator knew when it came.
type beatOf2019 struct {
	Head     string
	Height   uint64
	Nickname string
}

// laterBeat has the members, and their types, of go-filecoin's later versions and of venus.
type laterBeat struct {
	Head         string
	Height       int64
	Nickname     string
	MinerAddress address.Address
	GenesisCID   cid.Cid
}

// tips is how many peers are at which head: all that the aggregator of 2019 makes of beats.
type tips struct {
	mu    sync.Mutex
	heads map[string]string
}

// track answers at how many of all peers the most common head is.
func (t *tips) track(peer, head string) (int, int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.heads[peer] = head
	counts := map[string]int{}
	most := 0
	for _, each := range t.heads {
		counts[each]++
		most = max(most, counts[each])
	}
	return most, len(t.heads)
}

// runOldListen takes beats as aggregators before ours do: one JSON value after the other into a Go struct, and the
// stream is over at the first that does not fit.
func runOldListen(o options) {
	h := newHost(o, libp2p.ListenAddrStrings(o.listen))
	address.CurrentNetwork = address.Mainnet
	tracked := &tips{heads: map[string]string{}}
	h.SetStreamHandler(legacyID, func(s network.Stream) {
		defer s.Close()
		from := s.Conn().RemotePeer().String()
		decoder := json.NewDecoder(s)
		for {
			var raw json.RawMessage
			if err := decoder.Decode(&raw); err != nil {
				say(map[string]any{"event": "end", "peer": from, "detail": err.Error()})
				return
			}
			var first beatOf2019
			var later laterBeat
			for name, into := range map[string]any{"2019": &first, "later": &later} {
				if err := json.Unmarshal(raw, into); err != nil {
					say(map[string]any{"event": "refused", "by": name, "detail": err.Error(), "raw": string(raw)})
					return
				}
			}
			agreed, all := tracked.track(from, first.Head)
			say(map[string]any{
				"event": "taken", "peer": from, "2019": first, "later": later, "json": raw,
				"inConsensus": agreed, "tracked": all,
			})
		}
	})
	say(map[string]any{
		"event": "listening", "address": fmt.Sprintf("%s/p2p/%s", h.Network().ListenAddresses()[0], h.ID()),
	})
	commands := bufio.NewScanner(os.Stdin)
	for commands.Scan() && commands.Text() != "quit" {
	}
	_ = h.Close()
}
