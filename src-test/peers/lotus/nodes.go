package main

import (
	"context"
	"time"

	"github.com/filecoin-project/go-address"
	"github.com/filecoin-project/go-bitfield"
	"github.com/filecoin-project/go-f3/certs"
	"github.com/filecoin-project/go-f3/gpbft"
	"github.com/filecoin-project/go-state-types/abi"
	"github.com/filecoin-project/go-state-types/big"
	"github.com/filecoin-project/go-state-types/dline"
	"github.com/filecoin-project/lotus/api"
	apitypes "github.com/filecoin-project/lotus/api/types"
	"github.com/filecoin-project/lotus/build/buildconstants"
	"github.com/filecoin-project/lotus/chain/types"
	"github.com/filecoin-project/lotus/node/modules/dtypes"
)

// Proving periods, in epochs, and what each partition holds.
const (
	deadlines      = 48
	deadlineEpochs = 60
	periodEpochs   = deadlines * deadlineEpochs
	sectorsEach    = 2349
)

// ecFinality is how far back a tipset is final for a node that has no F3 certificate.
const ecFinality = 900

// fullNode answers what a heartbeat asks of a full node; all else is refused as "method not supported".
type fullNode struct {
	api.FullNodeStruct
	*served
	*secret
}

func (n *fullNode) Version(context.Context) (api.APIVersion, error) {
	return n.version(api.FullAPIVersion1), nil
}

func (s *served) version(of api.Version) api.APIVersion {
	return api.APIVersion{
		Version: s.now.Load().Version, APIVersion: of, BlockDelay: buildconstants.BlockDelaySecs, Agent: buildconstants.UserAgent,
	}
}

func (s *served) StartTime(context.Context) (time.Time, error) {
	return *s.started.Load(), nil
}

func (n *fullNode) ChainHead(context.Context) (*types.TipSet, error) {
	return n.now.Load().head(), nil
}

func (n *fullNode) ChainGetGenesis(context.Context) (*types.TipSet, error) {
	return genesis, nil
}

func (n *fullNode) ChainGetFinalizedTipSet(context.Context) (*types.TipSet, error) {
	now := n.now.Load()
	if !now.F3 {
		return tipsetAt(now.Branch, now.headHeight()-ecFinality), nil
	}
	return now.finalized(), nil
}

func (n *fullNode) F3GetLatestCertificate(context.Context) (*certs.FinalityCertificate, error) {
	now := n.now.Load()
	if !now.F3 {
		return nil, api.ErrF3Disabled
	}
	last := now.finalized()
	return &certs.FinalityCertificate{
		GPBFTInstance: uint64(last.Height()) / 10,
		ECChain: &gpbft.ECChain{TipSets: []*gpbft.TipSet{{
			Epoch: int64(last.Height()), Key: last.Key().Bytes(), PowerTable: cidOf(now.Branch, last.Height(), 249),
		}}},
		SupplementalData: gpbft.SupplementalData{PowerTable: cidOf(now.Branch, last.Height(), 249)},
		Signers:          bitfield.NewFromSet([]uint64{5}),
		Signature:        bytesOf(now.Branch, last.Height(), 248, 96),
	}, nil
}

func (n *fullNode) StateNetworkName(context.Context) (dtypes.NetworkName, error) {
	return "mainnet", nil
}

func (n *fullNode) StateNetworkVersion(context.Context, types.TipSetKey) (apitypes.NetworkVersion, error) {
	return apitypes.NetworkVersion(n.now.Load().NetworkVersion), nil
}

func (n *fullNode) SyncState(context.Context) (*api.SyncState, error) {
	now := n.now.Load()
	stage := api.StageSyncComplete
	if now.Syncing {
		stage = api.StageMessages
	}
	head := now.head()
	return &api.SyncState{
		ActiveSyncs: []api.ActiveSync{{
			WorkerID: 1, Base: head, Target: tipsetAt(now.Branch, epochNow()), Stage: stage, Height: head.Height(), Start: *n.started.Load(),
		}},
		VMApplied: 42,
	}, nil
}

func (n *fullNode) NodeStatus(context.Context, bool) (api.NodeStatus, error) {
	now := n.now.Load()
	height := now.headHeight()
	return api.NodeStatus{
		SyncStatus: api.NodeSyncStatus{Epoch: uint64(height), Behind: uint64(max(0, epochNow()-height))},
		PeerStatus: api.NodePeerStatus{PeersToPublishMsgs: now.Peers, PeersToPublishBlocks: now.Peers},
	}, nil
}

func (n *fullNode) StateGetActor(_ context.Context, a address.Address, _ types.TipSetKey) (*types.Actor, error) {
	now := n.now.Load()
	balance, known := now.Balances[a.String()]
	if !known {
		return nil, &api.ErrActorNotFound{}
	}
	return &types.Actor{
		Code: cidOf("actor", 0, 0), Head: cidOf(a.String(), now.headHeight(), 1), Nonce: now.Nonces[a.String()], Balance: balance,
	}, nil
}

func (n *fullNode) MpoolGetNonce(_ context.Context, a address.Address) (uint64, error) {
	now := n.now.Load()
	nonce, known := now.Nonces[a.String()]
	if !known {
		return 0, &api.ErrActorNotFound{}
	}
	return nonce + now.Pending[a.String()], nil
}

// miner is nil for another one than the canned one.
func (s *state) miner(asked address.Address) error {
	if asked.String() != s.Miner {
		return &api.ErrActorNotFound{}
	}
	return nil
}

func addressOf(text string) address.Address {
	a, err := address.NewFromString(text)
	if err != nil {
		fail(err)
	}
	return a
}

func (n *fullNode) StateMinerInfo(_ context.Context, m address.Address, _ types.TipSetKey) (api.MinerInfo, error) {
	return api.MinerInfo{
		Owner: addressOf(owner), Worker: addressOf(worker), ControlAddresses: []address.Address{addressOf(control)},
		Beneficiary: addressOf(owner), WindowPoStProofType: abi.RegisteredPoStProof_StackedDrgWindow32GiBV1_1,
		SectorSize: 32 << 30, WindowPoStPartitionSectors: sectorsEach, ConsensusFaultElapsed: -1, WorkerChangeEpoch: -1,
	}, n.now.Load().miner(m)
}

func (n *fullNode) StateMinerAvailableBalance(_ context.Context, m address.Address, _ types.TipSetKey) (big.Int, error) {
	now := n.now.Load()
	return now.Available, now.miner(m)
}

func (s *state) deadline() *dline.Info {
	height := s.headHeight()
	start := height - height%periodEpochs
	return dline.NewInfo(
		start, uint64((height-start)/deadlineEpochs), height, deadlines, periodEpochs, deadlineEpochs, 20, 70)
}

func (n *fullNode) StateMinerProvingDeadline(_ context.Context, m address.Address, _ types.TipSetKey) (*dline.Info, error) {
	now := n.now.Load()
	return now.deadline(), now.miner(m)
}

// StateMinerDeadlines has a proof for each partition of all deadlines, but the unproven ones of the open one.
func (n *fullNode) StateMinerDeadlines(_ context.Context, m address.Address, _ types.TipSetKey) ([]api.Deadline, error) {
	now := n.now.Load()
	all := make([]api.Deadline, deadlines)
	for i := range all {
		proven := now.Partitions
		if uint64(i) == now.deadline().Index {
			proven -= min(proven, now.Unproven)
		}
		all[i] = api.Deadline{PostSubmissions: firstOf(0, proven), DailyFee: big.Zero()}
	}
	return all, now.miner(m)
}

// firstOf has so many bits from the first one on.
func firstOf(first, count uint64) bitfield.BitField {
	set := make([]uint64, count)
	for i := range set {
		set[i] = first + uint64(i)
	}
	return bitfield.NewFromSet(set)
}

func (n *fullNode) StateMinerPartitions(_ context.Context, m address.Address, deadline uint64, _ types.TipSetKey) ([]api.Partition, error) {
	now := n.now.Load()
	all := make([]api.Partition, now.Partitions)
	for i := range all {
		first := (deadline*now.Partitions + uint64(i)) * sectorsEach
		faulty := uint64(0)
		if i == 0 && deadline == now.deadline().Index {
			faulty = min(now.Faults, sectorsEach)
		}
		all[i] = api.Partition{
			AllSectors: firstOf(first, sectorsEach), LiveSectors: firstOf(first, sectorsEach),
			FaultySectors: firstOf(first, faulty), RecoveringSectors: bitfield.New(),
			ActiveSectors: firstOf(first+faulty, sectorsEach-faulty),
		}
	}
	return all, now.miner(m)
}

func (n *fullNode) StateMinerFaults(_ context.Context, m address.Address, _ types.TipSetKey) (bitfield.BitField, error) {
	now := n.now.Load()
	return firstOf(now.deadline().Index*now.Partitions*sectorsEach, now.Faults), now.miner(m)
}

// StateGetNetworkParams has the schedule of lotus' own build, as its node/impl/full has it.
func (n *fullNode) StateGetNetworkParams(ctx context.Context) (*api.NetworkParams, error) {
	fireHorse := buildconstants.UpgradeFireHorseHeight
	if known := n.now.Load().FireHorse; known != nil {
		fireHorse = *known
	}
	return &api.NetworkParams{
		NetworkName:             "mainnet",
		BlockDelaySecs:          buildconstants.BlockDelaySecs,
		ConsensusMinerMinPower:  buildconstants.ConsensusMinerMinPower,
		PreCommitChallengeDelay: buildconstants.PreCommitChallengeDelay,
		Eip155ChainID:           buildconstants.Eip155ChainId,
		GenesisTimestamp:        genesis.MinTimestamp(),
		ForkUpgradeParams: api.ForkUpgradeParams{
			UpgradeSmokeHeight:       buildconstants.UpgradeSmokeHeight,
			UpgradeBreezeHeight:      buildconstants.UpgradeBreezeHeight,
			UpgradeIgnitionHeight:    buildconstants.UpgradeIgnitionHeight,
			UpgradeLiftoffHeight:     buildconstants.UpgradeLiftoffHeight,
			UpgradeAssemblyHeight:    buildconstants.UpgradeAssemblyHeight,
			UpgradeRefuelHeight:      buildconstants.UpgradeRefuelHeight,
			UpgradeTapeHeight:        buildconstants.UpgradeTapeHeight,
			UpgradeKumquatHeight:     buildconstants.UpgradeKumquatHeight,
			BreezeGasTampingDuration: buildconstants.BreezeGasTampingDuration,
			UpgradeCalicoHeight:      buildconstants.UpgradeCalicoHeight,
			UpgradePersianHeight:     buildconstants.UpgradePersianHeight,
			UpgradeOrangeHeight:      buildconstants.UpgradeOrangeHeight,
			UpgradeClausHeight:       buildconstants.UpgradeClausHeight,
			UpgradeTrustHeight:       buildconstants.UpgradeTrustHeight,
			UpgradeNorwegianHeight:   buildconstants.UpgradeNorwegianHeight,
			UpgradeTurboHeight:       buildconstants.UpgradeTurboHeight,
			UpgradeHyperdriveHeight:  buildconstants.UpgradeHyperdriveHeight,
			UpgradeChocolateHeight:   buildconstants.UpgradeChocolateHeight,
			UpgradeOhSnapHeight:      buildconstants.UpgradeOhSnapHeight,
			UpgradeSkyrHeight:        buildconstants.UpgradeSkyrHeight,
			UpgradeSharkHeight:       buildconstants.UpgradeSharkHeight,
			UpgradeHyggeHeight:       buildconstants.UpgradeHyggeHeight,
			UpgradeLightningHeight:   buildconstants.UpgradeLightningHeight,
			UpgradeThunderHeight:     buildconstants.UpgradeThunderHeight,
			UpgradeWatermelonHeight:  buildconstants.UpgradeWatermelonHeight,
			UpgradeDragonHeight:      buildconstants.UpgradeDragonHeight,
			UpgradePhoenixHeight:     buildconstants.UpgradePhoenixHeight,
			UpgradeWaffleHeight:      buildconstants.UpgradeWaffleHeight,
			UpgradeTuktukHeight:      buildconstants.UpgradeTuktukHeight,
			UpgradeTeepHeight:        buildconstants.UpgradeTeepHeight,
			UpgradeTockHeight:        buildconstants.UpgradeTockHeight,
			UpgradeGoldenWeekHeight:  buildconstants.UpgradeGoldenWeekHeight,
			UpgradeFireHorseHeight:   fireHorse,
		},
	}, nil
}

// storageMiner says which actor it is.
type storageMiner struct {
	api.StorageMinerStruct
	*served
	*secret
}

func (m *storageMiner) ActorAddress(context.Context) (address.Address, error) {
	return addressOf(m.now.Load().Miner), nil
}

func (m *storageMiner) Version(context.Context) (api.APIVersion, error) {
	return m.version(api.MinerAPIVersion0), nil
}
