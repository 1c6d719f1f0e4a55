package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"github.com/gbrlsnchs/jwt/v3"
	"github.com/gorilla/mux"

	"github.com/filecoin-project/go-jsonrpc"
	"github.com/filecoin-project/go-jsonrpc/auth"
	"github.com/filecoin-project/lotus/api"
	"github.com/filecoin-project/lotus/api/v0api"
)

// daemon is one listening program of lotus with its repo.
type daemon struct {
	env, repo string
	handler   func(*secret) http.Handler

	secret *secret
	server *http.Server
	port   int
}

// secret is what a repo's tokens are signed with.
type secret struct{ key *jwt.HMACSHA }

// payload is what a token of lotus says.
type payload struct {
	Allow []auth.Permission
}

func newSecret() *secret {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		fail(err)
	}
	return &secret{jwt.NewHS256(key)}
}

// AuthVerify is what lotus' CommonAPI does.
func (s *secret) AuthVerify(_ context.Context, token string) ([]auth.Permission, error) {
	var p payload
	if _, err := jwt.Verify([]byte(token), s.key, &p); err != nil {
		return nil, fmt.Errorf("JWT Verification failed: %w", err)
	}
	return p.Allow, nil
}

func (s *secret) token(allow ...auth.Permission) string {
	token, err := jwt.Sign(&payload{allow}, s.key)
	if err != nil {
		fail(err)
	}
	return string(token)
}

// start listens on a free port, and ends what listened before.
func (d *daemon) start() {
	// Before the old one is let go, so that the port is another one.
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fail(err)
	}
	if d.server != nil {
		_ = d.server.Close()
	}
	d.secret = newSecret()
	d.port = listener.Addr().(*net.TCPAddr).Port
	d.server = &http.Server{Handler: d.handler(d.secret)}
	go func() { _ = d.server.Serve(listener) }()
	d.write("api", d.multiaddr(), 0o644)
	d.write("token", d.secret.token(api.AllPermissions...), 0o600)
}

// write replaces a file of the repo as lotus does, without a line end.
func (d *daemon) write(name, text string, mode os.FileMode) {
	if err := os.MkdirAll(d.repo, 0o755); err != nil {
		fail(err)
	}
	if err := os.WriteFile(filepath.Join(d.repo, name), []byte(text), mode); err != nil {
		fail(err)
	}
}

func (d *daemon) multiaddr() string {
	return fmt.Sprintf("/ip4/127.0.0.1/tcp/%d/http", d.port)
}

// told is its address and tokens; apiInfo is the line of "auth api-info --perm read", and of admin.
func (d *daemon) told() map[string]any {
	read := d.secret.token(api.PermRead)
	admin := d.secret.token(api.AllPermissions...)
	info := func(token string) string { return fmt.Sprintf("%s=%s:%s", d.env, token, d.multiaddr()) }
	return map[string]any{
		"url":     fmt.Sprintf("http://127.0.0.1:%d", d.port),
		"tokens":  map[string]string{"read": read, "sign": d.secret.token(api.PermSign), "admin": admin},
		"apiInfo": map[string]string{"read": info(read), "admin": info(admin)},
	}
}

// fullNode serves what node.FullNodeHandler serves of JSON-RPC, but /rpc/v2.
func (s *served) fullNode(secret *secret) http.Handler {
	router := mux.NewRouter()
	v1 := api.PermissionedFullAPI(&fullNode{served: s, secret: secret})
	serve := func(path string, handler any) {
		rpc := jsonrpc.NewServer(
			jsonrpc.WithReverseClient[api.EthSubscriberMethods]("Filecoin"), jsonrpc.WithServerErrors(api.RPCErrors))
		rpc.Register("Filecoin", handler)
		router.Handle(path, &auth.Handler{Verify: v1.AuthVerify, Next: rpc.ServeHTTP})
	}
	serve("/rpc/v1", v1)
	serve("/rpc/v0", &v0api.WrapperV1Full{FullNode: v1})
	return router
}

// storageMiner serves what node.MinerHandler serves of JSON-RPC.
func (s *served) storageMiner(secret *secret) http.Handler {
	miner := api.PermissionedStorMinerAPI(&storageMiner{served: s, secret: secret})
	rpc := jsonrpc.NewServer(jsonrpc.WithServerErrors(api.RPCErrors))
	rpc.Register("Filecoin", miner)
	router := mux.NewRouter()
	router.Handle("/rpc/v0", rpc)
	router.PathPrefix("/").Handler(http.NotFoundHandler())
	return &auth.Handler{Verify: miner.AuthVerify, Next: router.ServeHTTP}
}
