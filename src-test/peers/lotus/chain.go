package main

import (
	"encoding/base64"
	"encoding/binary"
	"time"

	"github.com/ipfs/go-cid"
	"golang.org/x/crypto/blake2b"

	"github.com/filecoin-project/go-address"
	"github.com/filecoin-project/go-state-types/abi"
	"github.com/filecoin-project/go-state-types/big"
	"github.com/filecoin-project/go-state-types/crypto"
	"github.com/filecoin-project/go-state-types/proof"
	"github.com/filecoin-project/lotus/build/buildconstants"
	"github.com/filecoin-project/lotus/chain/types"
)

// genesisBlock is the root block of lotus' build/genesis/mainnet.car.zst.
const genesisBlock = "kEIAAIFYIF+KAzlrMJpg+309M90TSD0FRkvOX9nQYXHnqMKA4kIWggBAgYIAWCAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAICB2CpYJQABcRIg" +
	"EH2CHCXcBzUgAknflKi+vJyOSJdE+GpMqJGegfGdzXJAANgqWCcAAXGg5AIgj7wH91h+Lv66uf8asnySiIGr+dG35a1SBngUFWFYZ67YKlgnAAFxoOQCIOVliz0Y" +
	"zQbh25AVtLDsVcEjok1b4eok2Dk4xbg5e08v2CpYJwABcaDkAiCYMH+uq90gjBMhvkweyE+7lSzYQkwk2w1alsgDL7LOEPYaX0Q4YPYARQAF9eEA"

const blocksEach = 5

var genesis = func() *types.TipSet {
	raw, err := base64.StdEncoding.DecodeString(genesisBlock)
	if err != nil {
		fail(err)
	}
	block, err := types.DecodeBlock(raw)
	if err != nil {
		fail(err)
	}
	return tipsetOf([]*types.BlockHeader{block})
}()

func tipsetOf(blocks []*types.BlockHeader) *types.TipSet {
	tipset, err := types.NewTipSet(blocks)
	if err != nil {
		fail(err)
	}
	return tipset
}

// epochNow is the one that the wall clock is in.
func epochNow() abi.ChainEpoch {
	return abi.ChainEpoch((uint64(time.Now().Unix()) - genesis.MinTimestamp()) / buildconstants.BlockDelaySecs)
}

// bytesOf are as many as asked, the same ones for the same height, branch and use.
func bytesOf(branch string, height abi.ChainEpoch, use byte, length uint32) []byte {
	out, err := blake2b.NewXOF(length, nil)
	if err != nil {
		fail(err)
	}
	_, _ = out.Write(append(binary.BigEndian.AppendUint64([]byte{use}, uint64(height)), branch...))
	bytes := make([]byte, length)
	if _, err := out.Read(bytes); err != nil {
		fail(err)
	}
	return bytes
}

func cidOf(branch string, height abi.ChainEpoch, use byte) cid.Cid {
	c, err := abi.CidBuilder.Sum(bytesOf(branch, height, use, 32))
	if err != nil {
		fail(err)
	}
	return c
}

// tipsetAt is the one tipset of a branch at a height above 0; its blocks are as large as real ones, signed by nobody.
func tipsetAt(branch string, height abi.ChainEpoch) *types.TipSet {
	blocks := make([]*types.BlockHeader, blocksEach)
	for i := range blocks {
		miner, err := address.NewIDAddress(1000 + uint64(i))
		if err != nil {
			fail(err)
		}
		own := byte(i) * 16
		signature := &crypto.Signature{Type: crypto.SigTypeBLS, Data: bytesOf(branch, height, own, 96)}
		blocks[i] = &types.BlockHeader{
			Miner:         miner,
			Ticket:        &types.Ticket{VRFProof: bytesOf(branch, height, own+1, 96)},
			ElectionProof: &types.ElectionProof{WinCount: 1, VRFProof: bytesOf(branch, height, own+2, 96)},
			BeaconEntries: []types.BeaconEntry{types.NewBeaconEntry(uint64(height)*10, bytesOf(branch, height, 250, 48))},
			WinPoStProof: []proof.PoStProof{{
				PoStProof: abi.RegisteredPoStProof_StackedDrgWinning32GiBV1, ProofBytes: bytesOf(branch, height, own+3, 192),
			}},
			Parents:               []cid.Cid{cidOf(branch, height, 251), cidOf(branch, height, 252)},
			ParentWeight:          big.NewInt(int64(height) * 20_000),
			Height:                height,
			ParentStateRoot:       cidOf(branch, height, 253),
			ParentMessageReceipts: cidOf(branch, height, 254),
			Messages:              cidOf(branch, height, own+4),
			BLSAggregate:          signature,
			Timestamp:             genesis.MinTimestamp() + uint64(height)*buildconstants.BlockDelaySecs,
			BlockSig:              signature,
			ParentBaseFee:         abi.NewTokenAmount(100),
		}
	}
	return tipsetOf(blocks)
}

func (s *state) headHeight() abi.ChainEpoch {
	if s.Height != nil {
		return *s.Height
	}
	return epochNow() - s.Lag
}

func (s *state) head() *types.TipSet {
	return tipsetAt(s.Branch, s.headHeight())
}

func (s *state) finalized() *types.TipSet {
	height := s.headHeight() - s.FinalityLag
	if s.FinalizedHeight != nil {
		height = *s.FinalizedHeight
	}
	branch := s.Branch
	if s.FinalizedBranch != nil {
		branch = *s.FinalizedBranch
	}
	return tipsetAt(branch, height)
}
