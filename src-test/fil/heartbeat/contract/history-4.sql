-- history.db as version 4 of it was written. A later program reads it, and says the same of it.
-- {ms-60} is the time a minute ago in milliseconds, {at-60} the same as text, {day} and {slot} are
-- those of now.
PRAGMA application_id = 1179140657;
PRAGMA user_version = 4;
CREATE TABLE peer (id INTEGER PRIMARY KEY, peer_id TEXT NOT NULL UNIQUE);
CREATE TABLE known (
  peer INTEGER PRIMARY KEY, nickname TEXT, miner TEXT, genesis TEXT, head TEXT NOT NULL,
  height INTEGER, syncing INTEGER, address TEXT, first_seen INTEGER NOT NULL,
  last_beat INTEGER NOT NULL, head_since INTEGER NOT NULL, beats INTEGER NOT NULL,
  state INTEGER NOT NULL, state_since INTEGER, parted_at INTEGER);
CREATE TABLE change (
  id INTEGER PRIMARY KEY, peer INTEGER NOT NULL, at INTEGER NOT NULL,
  from_state INTEGER NOT NULL, to_state INTEGER NOT NULL, reason TEXT);
CREATE INDEX change_of_peer ON change (peer, at);
CREATE INDEX change_at ON change (at);
CREATE TABLE connection (
  peer INTEGER NOT NULL, n INTEGER NOT NULL, at INTEGER NOT NULL,
  opened INTEGER NOT NULL, address TEXT, reason TEXT, PRIMARY KEY (peer, n)) WITHOUT ROWID;
CREATE TABLE packed (hour INTEGER PRIMARY KEY);
CREATE TABLE counted (
  peer INTEGER PRIMARY KEY, last_beat INTEGER NOT NULL, head_since INTEGER NOT NULL,
  beats INTEGER NOT NULL);
CREATE TABLE alert_piece (
  kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE alert_ended (
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, rule TEXT NOT NULL,
  severity TEXT NOT NULL, peer_id TEXT, starts INTEGER NOT NULL,
  ends INTEGER NOT NULL, summary TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX alert_ended_at ON alert_ended (ends);
CREATE INDEX alert_ended_of_peer ON alert_ended (peer_id, ends);
CREATE TABLE slots_{day} (
  slot INTEGER NOT NULL, peer INTEGER NOT NULL, height INTEGER, head INTEGER, lag INTEGER,
  state INTEGER NOT NULL, beats INTEGER NOT NULL, gap INTEGER NOT NULL,
  PRIMARY KEY (slot, peer)) WITHOUT ROWID;
CREATE TABLE heads_{day} (id INTEGER PRIMARY KEY, cids TEXT NOT NULL UNIQUE);
CREATE TABLE hours_{yesterday} (
  hour INTEGER NOT NULL, peer INTEGER NOT NULL, cells BLOB NOT NULL,
  PRIMARY KEY (hour, peer)) WITHOUT ROWID;
CREATE TABLE rollups_{yesterday} (
  hour INTEGER NOT NULL, peer INTEGER NOT NULL, height INTEGER, lag INTEGER,
  shares BLOB NOT NULL, beats INTEGER NOT NULL, gap INTEGER NOT NULL,
  PRIMARY KEY (hour, peer)) WITHOUT ROWID;

-- a node of each state, by its code
INSERT INTO peer VALUES (1, '12D3KooWK98A5qKRAA9qZccvoJLvcLu68PCFZLNfdd81iQLvHj6W');
INSERT INTO known VALUES (1, 'was-missing', 'f02000', 'bafy2bzacedznmph3avyns3sd5uesdjdkhwdbyaic3jy6g6vshz2lveijmb2eq', 'bafy2bzaceazex7zh2iwep7nn4mkbw5rckoqamqxenitexg6jthl52hd7mnhyk',
  957000, 0, '/ip4/192.0.2.1/tcp/1347', {ms-7200}, {ms-600}, {ms-610}, 1000, 1, {ms-3600}, NULL);
INSERT INTO peer VALUES (2, '12D3KooWRawPbxPtP1eZaJpumGnyWX2DcUyd3RQnydr3eAto4Az7');
INSERT INTO known VALUES (2, 'was-disconnected', 'f02001', 'bafy2bzacedznmph3avyns3sd5uesdjdkhwdbyaic3jy6g6vshz2lveijmb2eq', 'bafy2bzaceazex7zh2iwep7nn4mkbw5rckoqamqxenitexg6jthl52hd7mnhyk',
  957000, 0, '/ip4/192.0.2.2/tcp/1347', {ms-7200}, {ms-600}, {ms-610}, 1000, 2, {ms-3600}, NULL);
INSERT INTO peer VALUES (3, '12D3KooWB8sCGZCrwr79HtabLAn95qyPQx6RYHXjEbiD6QKou7ww');
INSERT INTO known VALUES (3, 'was-silent', 'f02002', 'bafy2bzacedznmph3avyns3sd5uesdjdkhwdbyaic3jy6g6vshz2lveijmb2eq', 'bafy2bzaceazex7zh2iwep7nn4mkbw5rckoqamqxenitexg6jthl52hd7mnhyk',
  957000, 0, '/ip4/192.0.2.3/tcp/1347', {ms-7200}, {ms-600}, {ms-610}, 1000, 3, {ms-3600}, NULL);
INSERT INTO peer VALUES (4, '12D3KooWSrKnMZUcSxK8G7wmBbXdU8nFEfWGhLu6H8xjn8LmCSJb');
INSERT INTO known VALUES (4, 'was-wrong-network', 'f02003', 'bafy2bzacedznmph3avyns3sd5uesdjdkhwdbyaic3jy6g6vshz2lveijmb2eq', 'bafy2bzaceazex7zh2iwep7nn4mkbw5rckoqamqxenitexg6jthl52hd7mnhyk',
  957000, 0, '/ip4/192.0.2.4/tcp/1347', {ms-7200}, {ms-600}, {ms-610}, 1000, 4, {ms-3600}, NULL);
INSERT INTO peer VALUES (5, '12D3KooWENTLiCwwoVwYNbKFEfmNdyHG1jxNn9oPB29JeeZXWjAb');
INSERT INTO known VALUES (5, 'was-no-head', 'f02004', 'bafy2bzacedznmph3avyns3sd5uesdjdkhwdbyaic3jy6g6vshz2lveijmb2eq', 'bafy2bzaceazex7zh2iwep7nn4mkbw5rckoqamqxenitexg6jthl52hd7mnhyk',
  957000, 0, '/ip4/192.0.2.5/tcp/1347', {ms-7200}, {ms-600}, {ms-610}, 1000, 5, {ms-3600}, NULL);
INSERT INTO peer VALUES (6, '12D3KooWGjSE7eCu5f1Pa8pGxscmoEcdQ5BRMGqbyMvL2dhrPCS5');
INSERT INTO known VALUES (6, 'was-unknown', 'f02005', 'bafy2bzacedznmph3avyns3sd5uesdjdkhwdbyaic3jy6g6vshz2lveijmb2eq', 'bafy2bzaceazex7zh2iwep7nn4mkbw5rckoqamqxenitexg6jthl52hd7mnhyk',
  957000, 0, '/ip4/192.0.2.6/tcp/1347', {ms-7200}, {ms-600}, {ms-610}, 1000, 6, {ms-3600}, NULL);
INSERT INTO peer VALUES (7, '12D3KooWAaYVakMyznsMrUbM1TPKUnduj2tCfQiM6zujqQmepeqr');
INSERT INTO known VALUES (7, 'was-ahead', 'f02006', 'bafy2bzacedznmph3avyns3sd5uesdjdkhwdbyaic3jy6g6vshz2lveijmb2eq', 'bafy2bzaceazex7zh2iwep7nn4mkbw5rckoqamqxenitexg6jthl52hd7mnhyk',
  957000, 0, '/ip4/192.0.2.7/tcp/1347', {ms-7200}, {ms-600}, {ms-610}, 1000, 7, {ms-3600}, NULL);
INSERT INTO peer VALUES (8, '12D3KooWKcs31iJqYLZbNpqPHri8vWeLmNhRDpVuR7gJQf6v95Xo');
INSERT INTO known VALUES (8, 'was-forked', 'f02007', 'bafy2bzacedznmph3avyns3sd5uesdjdkhwdbyaic3jy6g6vshz2lveijmb2eq', 'bafy2bzaceazex7zh2iwep7nn4mkbw5rckoqamqxenitexg6jthl52hd7mnhyk',
  957000, 0, '/ip4/192.0.2.8/tcp/1347', {ms-7200}, {ms-600}, {ms-610}, 1000, 8, {ms-3600}, NULL);
INSERT INTO peer VALUES (9, '12D3KooWAcwzQbKqSAJHDuRsRruiXPoa13SoqydqCmLupcMhUpb5');
INSERT INTO known VALUES (9, 'was-syncing', 'f02008', 'bafy2bzacedznmph3avyns3sd5uesdjdkhwdbyaic3jy6g6vshz2lveijmb2eq', 'bafy2bzaceazex7zh2iwep7nn4mkbw5rckoqamqxenitexg6jthl52hd7mnhyk',
  957000, 0, '/ip4/192.0.2.9/tcp/1347', {ms-7200}, {ms-600}, {ms-610}, 1000, 9, {ms-3600}, NULL);
INSERT INTO peer VALUES (10, '12D3KooWQUMg8tdBR9qZCUkXiooRFqmWdycdj939teFVcRAAjzWw');
INSERT INTO known VALUES (10, 'was-stalled', 'f02009', 'bafy2bzacedznmph3avyns3sd5uesdjdkhwdbyaic3jy6g6vshz2lveijmb2eq', 'bafy2bzaceazex7zh2iwep7nn4mkbw5rckoqamqxenitexg6jthl52hd7mnhyk',
  957000, 0, '/ip4/192.0.2.10/tcp/1347', {ms-7200}, {ms-600}, {ms-610}, 1000, 10, {ms-3600}, NULL);
INSERT INTO peer VALUES (11, '12D3KooWG3t2M63pjiZP7UHsWruK1tQomm9kMsTm4FS3YMTfE6ao');
INSERT INTO known VALUES (11, 'was-behind', 'f02010', 'bafy2bzacedznmph3avyns3sd5uesdjdkhwdbyaic3jy6g6vshz2lveijmb2eq', 'bafy2bzaceazex7zh2iwep7nn4mkbw5rckoqamqxenitexg6jthl52hd7mnhyk',
  957000, 0, '/ip4/192.0.2.11/tcp/1347', {ms-7200}, {ms-600}, {ms-610}, 1000, 11, {ms-3600}, NULL);
INSERT INTO peer VALUES (12, '12D3KooWPqT2nMDSiXUSx5D7fasaxhxKigVhcqfkKqrLghCq9jxz');
INSERT INTO known VALUES (12, 'was-slow', 'f02011', 'bafy2bzacedznmph3avyns3sd5uesdjdkhwdbyaic3jy6g6vshz2lveijmb2eq', 'bafy2bzaceazex7zh2iwep7nn4mkbw5rckoqamqxenitexg6jthl52hd7mnhyk',
  957000, 0, '/ip4/192.0.2.12/tcp/1347', {ms-7200}, {ms-600}, {ms-610}, 1000, 12, {ms-3600}, NULL);
INSERT INTO peer VALUES (13, '12D3KooWBzG3Lxj5G8qh233wQRxNdGaV7r7Truibfa77gS8QKQaC');
INSERT INTO known VALUES (13, 'was-ok', 'f02012', 'bafy2bzacedznmph3avyns3sd5uesdjdkhwdbyaic3jy6g6vshz2lveijmb2eq', 'bafy2bzaceazex7zh2iwep7nn4mkbw5rckoqamqxenitexg6jthl52hd7mnhyk',
  957000, 0, '/ip4/192.0.2.13/tcp/1347', {ms-7200}, {ms-600}, {ms-610}, 1000, 13, {ms-3600}, NULL);
INSERT INTO peer VALUES (14, '12D3KooWGjfPc5wmHm33wCgL8afNLDHCuh24ojhW2mSQQou9Wsai');
INSERT INTO known VALUES (14, 'was-stopped', 'f02013', 'bafy2bzacedznmph3avyns3sd5uesdjdkhwdbyaic3jy6g6vshz2lveijmb2eq', 'bafy2bzaceazex7zh2iwep7nn4mkbw5rckoqamqxenitexg6jthl52hd7mnhyk',
  957000, 0, '/ip4/192.0.2.14/tcp/1347', {ms-7200}, {ms-600}, {ms-610}, 1000, 14, {ms-3600}, NULL);
UPDATE known SET parted_at = 956990 WHERE peer = 8;

-- the past of was-disconnected
INSERT INTO change VALUES (1, 2, {ms-5000}, 13, 8, 'no block in common');
INSERT INTO change VALUES (2, 2, {ms-4000}, 8, 13, NULL);
INSERT INTO change VALUES (3, 2, {ms-3600}, 13, 2, 'its connection is lost');
INSERT INTO connection VALUES (2, 1, {ms-7200}, 1, '/ip4/192.0.2.2/tcp/1347', NULL);
INSERT INTO connection VALUES (2, 2, {ms-3600}, 0, '/ip4/192.0.2.2/tcp/1347', 'CONNECTION_LOST');
INSERT INTO heads_{day} VALUES (1, 'bafy2bzaceazex7zh2iwep7nn4mkbw5rckoqamqxenitexg6jthl52hd7mnhyk');
INSERT INTO slots_{day} VALUES ({slot}, 2, 957000, 1, 1, 2, 10, 3010);
INSERT INTO packed VALUES ({hour});
INSERT INTO rollups_{yesterday} VALUES ({hour}, 2, 956000, 2, X'0D700808', 1200, 3500);

-- alerts: to be told, told and acknowledged, over and to be told so, clearing, held
INSERT INTO alert_piece VALUES ('alert', 'a000000000000001',
  '{"id":"a000000000000001","fingerprint":"6736acfb952a897c","rule":"NodeForked","subject":"12D3KooWKcs31iJqYLZbNpqPHri8vWeLmNhRDpVuR7gJQf6v95Xo","peerId":"12D3KooWKcs31iJqYLZbNpqPHri8vWeLmNhRDpVuR7gJQf6v95Xo","network":"simulated","group":"simulated","status":"firing","severity":"critical","labels":{"nickname":"was-forked","network":"simulated","peer_id":"12D3KooWKcs31iJqYLZbNpqPHri8vWeLmNhRDpVuR7gJQf6v95Xo","alertname":"NodeForked","severity":"critical"},"summary":"was-forked is on another chain","detail":"no block in common with the majority from height 956990","activeAt":"{at-1200}","startsAt":"{at-1140}","overSince":null,"endsAt":null,"heldBy":null,"told":{},"tried":[]}');
INSERT INTO alert_piece VALUES ('alert', 'a000000000000002',
  '{"id":"a000000000000002","fingerprint":"3e9c97c5fb6b45f4","rule":"NodeDisconnected","subject":"12D3KooWRawPbxPtP1eZaJpumGnyWX2DcUyd3RQnydr3eAto4Az7","peerId":"12D3KooWRawPbxPtP1eZaJpumGnyWX2DcUyd3RQnydr3eAto4Az7","network":"simulated","group":"simulated","status":"acknowledged","severity":"warning","labels":{"nickname":"was-disconnected","network":"simulated","peer_id":"12D3KooWRawPbxPtP1eZaJpumGnyWX2DcUyd3RQnydr3eAto4Az7","alertname":"NodeDisconnected","severity":"warning"},"summary":"was-disconnected is not connected","detail":"its connection was lost","activeAt":"{at-1200}","startsAt":"{at-1140}","overSince":null,"endsAt":null,"heldBy":null,"acknowledgement":{"by":"ann","at":"{at-900}","comment":"on it"},"told":{"hook":{"status":"acknowledged","severity":"warning","at":"{at-1100}"},"pager":{"status":"acknowledged","severity":"warning","at":"{at-1100}"},"mirror":{"status":"acknowledged","severity":"warning","at":"{at-1100}"}},"tried":["hook"]}');
INSERT INTO alert_piece VALUES ('alert', 'a000000000000003',
  '{"id":"a000000000000003","fingerprint":"9558b2b446ae4df1","rule":"NodeNoHead","subject":"12D3KooWENTLiCwwoVwYNbKFEfmNdyHG1jxNn9oPB29JeeZXWjAb","peerId":"12D3KooWENTLiCwwoVwYNbKFEfmNdyHG1jxNn9oPB29JeeZXWjAb","network":"simulated","group":"simulated","status":"resolved","severity":"warning","labels":{"nickname":"was-no-head","network":"simulated","peer_id":"12D3KooWENTLiCwwoVwYNbKFEfmNdyHG1jxNn9oPB29JeeZXWjAb","alertname":"NodeNoHead","severity":"warning"},"summary":"was-no-head has no head","detail":"the node does not answer","activeAt":"{at-1200}","startsAt":"{at-1140}","overSince":null,"endsAt":"{at-60}","heldBy":null,"told":{"hook":{"status":"firing","severity":"warning","at":"{at-1100}"},"pager":{"status":"firing","severity":"warning","at":"{at-1100}"},"mirror":{"status":"firing","severity":"warning","at":"{at-1100}"}},"tried":["hook","pager","mirror"]}');
INSERT INTO alert_piece VALUES ('alert', 'a000000000000004',
  '{"id":"a000000000000004","fingerprint":"4cffbd0e2b1b8699","rule":"NodeBehind","subject":"12D3KooWG3t2M63pjiZP7UHsWruK1tQomm9kMsTm4FS3YMTfE6ao","peerId":"12D3KooWG3t2M63pjiZP7UHsWruK1tQomm9kMsTm4FS3YMTfE6ao","network":"simulated","group":"simulated","status":"firing","severity":"warning","labels":{"nickname":"was-behind","network":"simulated","peer_id":"12D3KooWG3t2M63pjiZP7UHsWruK1tQomm9kMsTm4FS3YMTfE6ao","alertname":"NodeBehind","severity":"warning"},"summary":"was-behind is 6 epochs behind","detail":null,"activeAt":"{at-1200}","startsAt":"{at-1140}","overSince":"{at-5}","endsAt":null,"heldBy":null,"told":{"hook":{"status":"firing","severity":"warning","at":"{at-1100}"},"pager":{"status":"firing","severity":"warning","at":"{at-1100}"},"mirror":{"status":"firing","severity":"warning","at":"{at-1100}"}},"tried":[]}');
INSERT INTO alert_piece VALUES ('alert', 'a000000000000005',
  '{"id":"a000000000000005","fingerprint":"6258895b7f8798f7","rule":"NodeStopped","subject":"12D3KooWGjfPc5wmHm33wCgL8afNLDHCuh24ojhW2mSQQou9Wsai","peerId":"12D3KooWGjfPc5wmHm33wCgL8afNLDHCuh24ojhW2mSQQou9Wsai","network":"simulated","group":"simulated","status":"firing","severity":"warning","labels":{"nickname":"was-stopped","network":"simulated","peer_id":"12D3KooWGjfPc5wmHm33wCgL8afNLDHCuh24ojhW2mSQQou9Wsai","alertname":"NodeStopped","severity":"warning"},"summary":"was-stopped stopped","detail":null,"activeAt":"{at-1200}","startsAt":"{at-1140}","overSince":null,"endsAt":null,"heldBy":"silence 5000000000000001","told":{},"tried":[]}');
INSERT INTO alert_piece VALUES ('silence', '5000000000000001',
  '{"id":"5000000000000001","select":{"nickname":["was-stopped"]},"startsAt":"{at-1800}","endsAt":"{at--86400}","author":"bob","comment":"moving it"}');
INSERT INTO alert_piece VALUES ('flaps', '12D3KooWPqT2nMDSiXUSx5D7fasaxhxKigVhcqfkKqrLghCq9jxz',
  '{"all":["{at-3000}","{at-2000}"]}');
INSERT INTO alert_piece VALUES ('miner', '12D3KooWBzG3Lxj5G8qh233wQRxNdGaV7r7Truibfa77gS8QKQaC',
  '{"all":["f02012"]}');
INSERT INTO alert_piece VALUES ('isolation', 'fleet',
  '{"all":["12D3KooWRawPbxPtP1eZaJpumGnyWX2DcUyd3RQnydr3eAto4Az7"]}');
INSERT INTO alert_ended VALUES (1, 'e000000000000001', 'NodeSilent', 'warning',
  '12D3KooWB8sCGZCrwr79HtabLAn95qyPQx6RYHXjEbiD6QKou7ww', {ms-4300}, {ms-4000},
  'was-silent does not beat',
  '{"id":"e000000000000001","fingerprint":"f2142ab4bb3ca3ec","rule":"NodeSilent","subject":"12D3KooWB8sCGZCrwr79HtabLAn95qyPQx6RYHXjEbiD6QKou7ww","peerId":"12D3KooWB8sCGZCrwr79HtabLAn95qyPQx6RYHXjEbiD6QKou7ww","network":"simulated","group":"simulated","status":"resolved","severity":"warning","labels":{"nickname":"was-silent","network":"simulated","peer_id":"12D3KooWB8sCGZCrwr79HtabLAn95qyPQx6RYHXjEbiD6QKou7ww","alertname":"NodeSilent","severity":"warning"},"summary":"was-silent does not beat","detail":"Last beat at 10:00:00 UTC","activeAt":"{at-1200}","startsAt":"{at-4300}","overSince":null,"endsAt":"{at-4000}","heldBy":null,"acknowledgement":{"by":"ann","at":"{at-4200}","comment":"seen"},"told":{"hook":{"status":"resolved","severity":"warning","at":"{at-1100}"},"pager":{"status":"resolved","severity":"warning","at":"{at-1100}"},"mirror":{"status":"resolved","severity":"warning","at":"{at-1100}"}},"tried":[]}');
