package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
)

// Goroutines of a connection that open streams at once, and how many each of them opens. The protocols of a
// lotus node do so; go-yamux gives a stream its id and sends its SYN without a common lock.
const (
	openers   = 6
	opensEach = 3
)

// What is opened: a protocol that returns what it is sent.
const echoID = protocol.ID("/echo/1.0.0")

// Connections under way at once.
const crowdWorkers = 8

// crowd counts connections on which streams are opened by many goroutines while beats flow.
type crowd struct {
	mu          sync.Mutex
	connections int
	lost        int
	streams     int
	beats       int
	why         string
}

// over counts a connection; the first of its failures makes it a lost one.
func (c *crowd) over(streams, beats int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.connections++
	c.streams += streams
	c.beats += beats
	if err != nil {
		c.lost++
		c.why = err.Error()
	}
}

// done says the counts once there were so many connections.
func (c *crowd) done(connections int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.connections != connections {
		return false
	}
	say(map[string]any{
		"event": "crowd", "connections": c.connections, "lost": c.lost, "streams": c.streams,
		"beats": c.beats, "why": c.why,
	})
	return true
}

// echo opens a stream and has some bytes returned on it.
func echo(ctx context.Context, h host.Host, to peer.ID) error {
	s, err := h.NewStream(network.WithNoDial(ctx, "the connection is to be kept"), to, echoID)
	if err != nil {
		return err
	}
	sent := make([]byte, 32)
	_, _ = rand.Read(sent)
	heard := make([]byte, 32)
	if _, err = s.Write(sent); err == nil {
		_, err = io.ReadFull(s, heard)
	}
	if err != nil {
		_ = s.Reset()
		return err
	}
	if !bytes.Equal(sent, heard) {
		return errors.New("another echo")
	}
	return s.Close()
}

// open opens streams from all openers at once and answers how many were served, and what went wrong.
func open(ctx context.Context, h host.Host, conn network.Conn) (int, error) {
	start := make(chan struct{})
	var served atomic.Int64
	failures := make([]error, openers)
	var all sync.WaitGroup
	for i := range openers {
		all.Add(1)
		go func() {
			defer all.Done()
			<-start
			for range opensEach {
				if err := echo(ctx, h, conn.RemotePeer()); err != nil {
					failures[i] = err
					return
				}
				served.Add(1)
			}
		}()
	}
	close(start)
	all.Wait()
	if conn.IsClosed() {
		failures = append(failures, errors.New("the connection was closed"))
	}
	return int(served.Load()), errors.Join(failures...)
}

// runCrowdDial dials, beats and opens streams beside the beats, connection after connection.
func runCrowdDial(o options) {
	info, err := peer.AddrInfoFromString(o.target)
	if err != nil {
		fail(err)
	}
	ctx := context.Background()
	c := &crowd{}
	var all sync.WaitGroup
	for worker := range crowdWorkers {
		all.Add(1)
		go func() {
			defer all.Done()
			h := newHost(o, libp2p.NoListenAddrs)
			for n := worker; n < o.connections; n += crowdWorkers {
				c.over(beatAndOpen(ctx, h, *info, o))
			}
			_ = h.Close()
		}()
	}
	all.Wait()
	c.done(o.connections)
}

func beatAndOpen(ctx context.Context, h host.Host, info peer.AddrInfo, o options) (int, int, error) {
	if err := h.Connect(ctx, info); err != nil {
		return 0, 0, err
	}
	s, err := h.NewStream(ctx, info.ID, protocol.ID(o.id))
	if err != nil {
		return 0, 0, err
	}
	conn := s.Conn()
	defer conn.Close()
	opened := make(chan struct{})
	beating := make(chan error, 1)
	beats := 0
	go func() {
		ticker := time.NewTicker(o.period)
		defer ticker.Stop()
		encoder := json.NewEncoder(s)
		for {
			if err := encoder.Encode(heartbeat{Nickname: "go", Height: int64(beats)}); err != nil {
				beating <- err
				return
			}
			beats++
			select {
			case <-opened:
				// The other side ends when it has heard all.
				err := s.CloseWrite()
				if err == nil {
					_, err = io.ReadAll(s)
				}
				beating <- err
				return
			case <-ticker.C:
			}
		}
	}()
	streams, err := open(ctx, h, conn)
	close(opened)
	return streams, beats, errors.Join(err, <-beating)
}

// runCrowdListen opens streams towards whoever beats, hears at least one beat more, and ends the connection.
func runCrowdListen(o options) {
	h := newHost(o, libp2p.ListenAddrStrings(o.listen))
	c := &crowd{}
	done := make(chan struct{})
	h.SetStreamHandler(protocol.ID(o.id), func(s network.Stream) {
		streams, beats, err := hearAndOpen(context.Background(), h, s)
		c.over(streams, beats, err)
		_ = s.Conn().Close()
		if c.done(o.connections) {
			close(done)
		}
	})
	say(map[string]any{
		"event":   "listening",
		"address": fmt.Sprintf("%s/p2p/%s", h.Network().ListenAddresses()[0], h.ID()),
		"peerId":  h.ID().String(),
	})
	<-done
	_ = h.Close()
}

func hearAndOpen(ctx context.Context, h host.Host, s network.Stream) (int, int, error) {
	opened := make(chan struct{})
	hearing := make(chan error, 1)
	beats := 0
	go func() {
		decoder := json.NewDecoder(s)
		for last := false; !last; {
			select {
			case <-opened:
				last = true
			default:
			}
			var beat map[string]any
			if err := decoder.Decode(&beat); err != nil {
				hearing <- err
				return
			}
			beats++
		}
		hearing <- nil
	}()
	streams, err := open(ctx, h, s.Conn())
	close(opened)
	return streams, beats, errors.Join(err, <-hearing)
}
