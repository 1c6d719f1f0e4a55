// Writes what Go's own encoding/json does with heartbeats, for the tests beside this folder:
//
//	go run main.go encode > encoded.tsv
//	go run main.go decode > decoded.tsv
//
// Strings and bytes are in hexadecimal, so that an editor changes none of them.
package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"os"
	"runtime"
	"strconv"
	"strings"
)

type link struct{ cid string }

func (l *link) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]string{"/": l.cid})
}

func (l *link) UnmarshalJSON(b []byte) error {
	var target *struct {
		Cid string `json:"/"`
	}
	if err := json.Unmarshal(b, &target); err != nil {
		return err
	}
	l.cid = ""
	if target == nil {
		return nil
	}
	if target.Cid == "" {
		return errors.New("no cid")
	}
	l.cid = target.Cid
	return nil
}

// As the first senders write it.
type bare struct {
	Head         string
	Height       uint64
	Nickname     string
	MinerAddress string
}

// As later senders write it.
type full struct {
	Head         string
	Height       int64
	Nickname     string
	MinerAddress string
	GenesisCID   *link
}

func h(s string) string { return hex.EncodeToString([]byte(s)) }

func main() {
	fmt.Printf("# %s encoding/json, %s\n", runtime.Version(), os.Args[1])
	if os.Args[1] == "encode" {
		encode()
	} else {
		decode()
	}
}

func encode() {
	r := rand.New(rand.NewSource(20190213))
	texts := []string{"", "BobHoblaw", "{ QmQwnJwu3UXNEKyPwZQEEuLAPz6i3tRiYvUCJzYnVZjcwB }", "{ }",
		"<empty>", "a&b<c>d\"e\\f/g'h`i", "\u2027\u2028\u2029\u202a", "\x7f\u0080\u00ff\u07ff\u0800",
		"\ufffd\ufffe\uffff\U00010000\U0001f493\U0010ffff", "naïve 心跳 💓"}
	controls := ""
	for c := rune(0); c < 32; c++ {
		controls += string(c)
	}
	texts = append(texts, controls)
	for len(texts) < 120 {
		var b strings.Builder
		for n := r.Intn(24); n > 0; n-- {
			switch r.Intn(5) {
			case 0:
				b.WriteRune(rune(r.Intn(0x80)))
			case 1:
				b.WriteRune(rune(0x80 + r.Intn(0x780)))
			case 2:
				b.WriteRune(rune(0x2000 + r.Intn(0x80)))
			case 3:
				b.WriteRune(rune(0x10000 + r.Intn(0x100000)))
			default:
				b.WriteByte("<>&\"\\/\b\f\n\r\t{}:,"[r.Intn(15)])
			}
		}
		texts = append(texts, b.String())
	}
	for i := range texts {
		head, nick, miner := texts[i], texts[(i+7)%len(texts)], texts[(i+13)%len(texts)]
		height := r.Int63n(1 << 53)
		var frame bytes.Buffer
		genesis := "-"
		var err error
		if i%2 == 0 {
			err = json.NewEncoder(&frame).Encode(bare{head, uint64(height), nick, miner})
		} else {
			genesis = h(texts[(i+17)%len(texts)])
			err = json.NewEncoder(&frame).Encode(
				full{head, height, nick, miner, &link{texts[(i+17)%len(texts)]}})
		}
		if err != nil {
			panic(err)
		}
		fmt.Println(strings.Join([]string{h(head), strconv.FormatInt(height, 10), h(nick), h(miner),
			genesis, hex.EncodeToString(frame.Bytes())}, "\t"))
	}
}

func decode() {
	for _, in := range []string{
		``, " \t\r\n", `{}`, "{}\n", `{} {}`, `{}{}`, "{}\n\n{}", `{`, `{"Head`, `{"Head":"x"`,
		`{"Head":"{ a b }","Height":444,"Nickname":"BobHoblaw","MinerAddress":""}` + "\n",
		`{"Height":1}{"Height":2} {"Height":3}` + "\t" + `{"Height":4}`,
		`{"MinerAddress":"f01","Nickname":"n","Height":7,"Head":"h"}`,
		`{"head":"a","HEIGHT":1,"nickNAME":"b","mineraddress":"c","genesiscid":{"/":"d"}}`,
		`{"Nic` + "\u212a" + `name":"kelvin"}`, `{"Head":"a","he` + "\u0251" + `d":"b"}`,
		`{"Miner` + "\u0410" + `ddress":"cyrillic"}`, `{"MinerAddre` + "\u017f\u017f" + `":"long s"}`,
		`{"He` + "\u0131" + `ght":5}`, `{"HE` + "\u0130" + `GHT":5}`,
		`{"Height":1,"Height":2}`, `{"Height":1,"height":2,"HEIGHT":3}`,
		`{"Head":"a","Head":null}`, `{"Height":5,"Height":null}`, `{"Head":null,"Height":null,"Nickname":null,"MinerAddress":null}`,
		`{"GenesisCID":{"/":"a"},"GenesisCID":null}`, `{"GenesisCID":null}`, `{"GenesisCID":{}}`,
		`{"GenesisCID":{"/":""}}`, `{"GenesisCID":{"/":null}}`, `{"GenesisCID":{"/":"a","/":null}}`,
		`{"GenesisCID":{"/":"a","x":[1,{"/":2}]}}`, `{"GenesisCID":{"/":1}}`, `{"GenesisCID":"a"}`, `{"GenesisCID":1}`,
		`{"GenesisCID":[]}`, `{"GenesisCID":{"/":"a"},"GenesisCID":{"/":"b"}}`,
		`{"Height":444.0}`, `{"Height":4e2}`, `{"Height":4E+2}`, `{"Height":"444"}`, `{"Height":true}`, `{"Height":{}}`, `{"Height":[]}`,
		`{"Height":-0}`, `{"Height":0}`, `{"Height":00}`, `{"Height":01}`, `{"Height":+1}`, `{"Height":.5}`, `{"Height":1.}`, `{"Height":-}`,
		`{"Height":0x10}`, `{"Height":1_000}`, `{"Height":NaN}`, `{"Height":Infinity}`, `{"Height":9007199254740991}`,
		`{"Height":1a}`, `{"Height": 12 , "Nickname" : "x" }`, "{\"Height\"\n:\r12\t}",
		`{"Head":1}`, `{"Head":true}`, `{"Head":{}}`, `{"Head":["a"]}`, `{"Nickname":false}`, `{"MinerAddress":0}`,
		`{"X":1,"Y":"a","Z":null,"A":[1,2,{"b":[]}],"B":{"c":{"d":1e99999}},"C":true,"Height":9}`,
		`{"X":1e400,"Y":-1.5E-7,"Z":123456789012345678901234567890}`,
		`{"":1,"Height":2}`, `{"` + strings.Repeat("n", 300) + `":"` + strings.Repeat("v", 300) + `"}`,
		`{"Nickname":"\u0041\u00e9\u2028\ud83d\ude00"}`, `{"Nickname":"\ud83d"}`, `{"Nickname":"\ude00"}`,
		`{"Nickname":"\ud83d\ud83d\ude00"}`, `{"Nickname":"\ud83dx"}`, `{"Nickname":"\ude00\ud83d"}`, `{"Nickname":"\ud83d\u0041"}`,
		`{"Nickname":"\uD83D\uDE00\uABCD"}`, `{"Nickname":"\"\\\/\b\f\n\r\t"}`, `{"N\u0069ckname":"escaped name"}`,
		`{"Nickname":"\u004"}`, `{"Nickname":"\u00zz"}`, `{"Nickname":"\x41"}`, `{"Nickname":"\'"}`, `{"Nickname":"\`,
		"{\"Nickname\":\"\xff\"}", "{\"Nickname\":\"a\xc0\xafb\"}", "{\"Nickname\":\"\xe2\x82\"}", "{\"Nickname\":\"\xe2\x82x\"}",
		"{\"Nickname\":\"\xed\xa0\xbd\xed\xb8\x80\"}", "{\"Nickname\":\"\xf0\x9f\x98\x80\"}", "{\"Nickname\":\"\xf0\x9f\x98\"}",
		"{\"Nickname\":\"\xf4\x90\x80\x80\"}", "{\"Nickname\":\"\xf5\x80\x80\x80\"}", "{\"Nickname\":\"\x80\xbf\"}", "{\"Nickname\":\"\xc3\xa9\xc3\"}",
		"{\"Nickname\":\"\xe0\x80\x80\xe0\xa0\x80\"}", "{\"Nickname\":\"\xf0\x80\x80\x80\xf0\x90\x80\x80\"}", "{\"Nic\xffname\":\"x\"}", "{\xff}", "\xff{}",
		"{\"Nickname\":\"\xef\xbf\xbd\xef\xbf\xbe\xef\xbf\xbf\"}", "\xef\xbb\xbf{}", "{}\xef\xbb\xbf{}",
		"{\"Nickname\":\"a\nb\"}", "{\"Nickname\":\"a\x00b\"}", "{\"Nickname\":\"a\x1fb\"}", "{\"Nickname\":\"a\x7fb\"}", "{\"Nickname\":\"a\tb\"}",
		"{\x00}", "{\x0b}", "{\f}", "{\u00a0}", "\f{}", "\u00a0{}",
		`[]`, `"x"`, `1`, `true`, `x`, `}`, `]`, `,`, `{}x`, `{} x`, `{},{}`, `{}]`, `{}}`, `{]`, `[}`, `{"a":[}]}`, `{"a":{]}`,
		`{,}`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{a:1}`, `{'a':1}`, `{"a":1 "b":2}`, `{"a":[1,]}`, `{"a":[,]}`, `{"a":[1 2]}`, `{"a"::1}`,
		`{"a":tru}`, `{"a":nul}`, `{"a":nulll}`, `{"a":truefalse}`, `{"a":TRUE}`, `{1:2}`, `{null:1}`,
		`{/**/}`, "{//\n}", "{#\n}", `{"a":1;}`, `{"a"=1}`,
		`{"Nickname":"}"}{"Nickname":"{"}`, `{"Nickname":"\"}"}`, `{"Nickname":"\\"}{"Nickname":"\\\""}`,
		`{"Height":1}{"Height":x}{"Height":3}`, `{"Height":1}[]{"Height":3}`,
		`{"MinerAddress":"\u003cempty\u003e"}`, `{"MinerAddress":"<empty>"}`, `{"MinerAddress":"<EMPTY>"}`,
	} {
		fmt.Println(h(in) + "\t" + read(in))
	}
}

func read(in string) string {
	decoder := json.NewDecoder(strings.NewReader(in))
	out := ""
	for {
		var beat full
		err := decoder.Decode(&beat)
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return out + "end"
		}
		if err != nil {
			return out + "error"
		}
		genesis := "-"
		if beat.GenesisCID != nil && beat.GenesisCID.cid != "" {
			genesis = h(beat.GenesisCID.cid)
		}
		out += strings.Join([]string{h(beat.Head), strconv.FormatInt(beat.Height, 10), h(beat.Nickname),
			h(beat.MinerAddress), genesis}, ",") + " "
	}
}
