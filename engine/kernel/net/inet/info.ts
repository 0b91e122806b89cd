// struct tcp_info (man 7 tcp, TCP_INFO): what is known of a connection. What segments would have measured has a quiet network's values.

import { struct } from "../../../lib/struct";
import { TCP_STATES, type TcpSocket } from "./tcp";

const head = struct({
	state: "u8", ca_state: "u8", retransmits: "u8", probes: "u8", backoff: "u8", options: "u8", wscale: "u8", limited: "u8",
	rto: "u32", ato: "u32", snd_mss: "u32", rcv_mss: "u32", unacked: "u32", sacked: "u32", lost: "u32", retrans: "u32", fackets: "u32",
	last_data_sent: "u32", last_ack_sent: "u32", last_data_recv: "u32", last_ack_recv: "u32",
	pmtu: "u32", rcv_ssthresh: "u32", rtt: "u32", rttvar: "u32", snd_ssthresh: "u32", snd_cwnd: "u32", advmss: "u32", reordering: "u32",
	rcv_rtt: "u32", rcv_space: "u32", total_retrans: "u32",
	pacing_rate: "u64", max_pacing_rate: "u64", bytes_acked: "u64", bytes_received: "u64", segs_out: "u32", segs_in: "u32",
});

export function tcpInfo(socket: TcpSocket): Uint8Array<ArrayBuffer> {
	const { traffic } = socket;
	return head.encode({
		state: TCP_STATES[socket.state],
		options: 7,
		wscale: 0x77,
		rto: 204_000,
		ato: 40_000,
		snd_mss: 1448,
		rcv_mss: 536,
		unacked: socket.listening ? socket.backlog.length : 0,
		sacked: socket.listening ? socket.backlogLimit : 0,
		pmtu: 1500,
		rtt: 50,
		rttvar: 20,
		snd_ssthresh: 0x7fffffff,
		snd_cwnd: 10,
		advmss: 1448,
		reordering: 3,
		rcv_space: 14_600,
		bytes_acked: traffic.sent,
		bytes_received: traffic.received,
		segs_out: traffic.segmentsOut,
		segs_in: traffic.segmentsIn,
	});
}
