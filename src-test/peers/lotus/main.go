// A lotus full node and a lotus-miner for the interop run: the API layer is lotus' own, the chain is canned.
//
// Events go to standard output, one JSON object a line; commands come from standard input:
//
//	set {"lag":3}   changes what is served, by the members of state
//	restart         listens on other ports, with other tokens and a new start time, as after a crash and a new keystore
//	quit
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
)

// say prints one event as one line of JSON.
func say(event map[string]any) {
	line, err := json.Marshal(event)
	if err != nil {
		fail(err)
	}
	fmt.Println(string(line))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "lotus:", err)
	os.Exit(1)
}

func main() {
	repo := flag.String("repo", "", "folder of the full node, LOTUS_PATH")
	minerRepo := flag.String("miner-repo", "", "folder of the miner, LOTUS_MINER_PATH")
	flag.Parse()
	if *repo == "" || *minerRepo == "" {
		fail(errors.New("usage: lotus --repo DIR --miner-repo DIR"))
	}
	served := newServed()
	full := &daemon{env: "FULLNODE_API_INFO", repo: *repo, handler: served.fullNode}
	miner := &daemon{env: "MINER_API_INFO", repo: *minerRepo, handler: served.storageMiner}
	start := func() {
		served.restarted()
		full.start()
		miner.start()
		say(map[string]any{"event": "ready", "fullNode": full.told(), "miner": miner.told()})
	}
	start()
	commands := bufio.NewScanner(os.Stdin)
	for commands.Scan() {
		command, argument, _ := strings.Cut(commands.Text(), " ")
		switch command {
		case "set":
			if err := served.set([]byte(argument)); err != nil {
				fail(fmt.Errorf("set %s: %w", argument, err))
			}
			say(map[string]any{"event": "did-set"})
		case "restart":
			start()
			say(map[string]any{"event": "restarted"})
		case "quit":
			return
		default:
			fail(fmt.Errorf("unknown command %q (expected: set, restart or quit)", command))
		}
	}
}
