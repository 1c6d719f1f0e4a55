package main

import (
	"bytes"
	"encoding/json"
	"sync/atomic"
	"time"

	"github.com/filecoin-project/go-state-types/abi"
	"github.com/filecoin-project/go-state-types/big"
)

// state is what the daemons serve; "set" changes the members that it names. Epochs are heights of mainnet.
type state struct {
	Height *abi.ChainEpoch `json:"height"` // of the head; null: by the clock
	Lag    abi.ChainEpoch  `json:"lag"`    // epochs that the head is behind the clock
	Branch string          `json:"branch"` // another name is another chain

	Syncing bool `json:"syncing"`
	Peers   int  `json:"peers"`

	F3              bool            `json:"f3"`
	FinalityLag     abi.ChainEpoch  `json:"finalityLag"`     // epochs from the head to the finalized tipset
	FinalizedHeight *abi.ChainEpoch `json:"finalizedHeight"` // finality stands still there; null: goes on with the head
	FinalizedBranch *string         `json:"finalizedBranch"` // null: that of the head

	Version        string          `json:"version"`
	NetworkVersion uint            `json:"networkVersion"`
	FireHorse      *abi.ChainEpoch `json:"fireHorse"` // height of the last upgrade it knows; null: lotus' own

	Miner     string             `json:"miner"`
	Balances  map[string]big.Int `json:"balances"`  // attoFIL by address
	Available big.Int            `json:"available"` // attoFIL of the miner
	Nonces    map[string]uint64  `json:"nonces"`    // on chain, by address
	Pending   map[string]uint64  `json:"pending"`   // messages in the pool, by address

	Partitions uint64 `json:"partitions"` // of each deadline, with sectorsEach sectors each
	Unproven   uint64 `json:"unproven"`   // partitions of the open deadline without a proof
	Faults     uint64 `json:"faults"`     // faulty sectors of the first partition
}

// The addresses of the canned miner.
const (
	owner   = "f0501"
	worker  = "f0502"
	control = "f0503"
)

// served is the state that can be changed while it is read.
type served struct {
	now     atomic.Pointer[state]
	started atomic.Pointer[time.Time]
}

func newServed() *served {
	fil := func(n uint64) big.Int { return big.Mul(big.NewIntUnsigned(n), big.NewInt(1_000_000_000_000_000_000)) }
	s := &served{}
	s.now.Store(&state{
		Branch: "main", Peers: 87, F3: true, FinalityLag: 5,
		Version: "1.36.0+mainnet+git.154c0c3a4", NetworkVersion: 28,
		Miner:      "f01000",
		Balances:   map[string]big.Int{owner: fil(120), worker: fil(50), control: fil(20)},
		Available:  fil(7),
		Nonces:     map[string]uint64{owner: 12, worker: 4211, control: 900},
		Pending:    map[string]uint64{},
		Partitions: 3,
	})
	return s
}

// restarted gives it a new start time.
func (s *served) restarted() {
	now := time.Now()
	s.started.Store(&now)
}

// set lays the members of a JSON object over a copy of the state.
func (s *served) set(members []byte) error {
	before, err := json.Marshal(s.now.Load())
	if err != nil {
		return err
	}
	next := &state{}
	if err := json.Unmarshal(before, next); err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(members))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(next); err != nil {
		return err
	}
	s.now.Store(next)
	return nil
}
