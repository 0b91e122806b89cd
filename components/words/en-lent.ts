// What the site says in English about the real daemon that it lends, about two daemons side by side, and about conformance.

import type { LentWords } from "./ko-lent";

export const enLent: LentWords = {
	lent: {
		title: "Try it on real Docker",
		take: "Borrow a real Docker",
		giveBack: "Give it back",
		leave: "Leave the queue",
		how: "makes the lent daemon answer from the next command on. For a single command, name the context: docker -c sandbox.",
		none: "This site’s server lends a real Docker daemon for a while. It runs in a container of its own, without network, and leaves nothing behind when its time is over.",
		queued: (place: number) => `All of them are in use. You are at place ${place} in the queue.`,
		state: {
			asking: "Asking the site whether it lends one.",
			away: "The site cannot be reached.",
			starting: "The daemon is starting.",
			ready: "You have a real Docker daemon.",
		},
		replaced: "The server that it was on was lost. You have a new daemon on another one; what was in the first is gone.",
		left: { time: "Time left", idle: "Taken back, if unused, in" },
		warning: {
			time: "Its time is nearly over. Bring what you want to keep into this tab, with docker save or docker cp.",
			idle: "It has not been used for long and will be taken back. Run any command to keep it.",
		},
		absent: {
			disabled:
				"This site has no real Docker to lend: its operator has to switch it on with SANDBOX=1, and the server needs a Docker daemon. Everything else works as it is.",
			"no-daemon":
				"This site has no real Docker to lend: it is switched on, but the server’s Docker daemon does not answer. Everything else works as it is.",
			"no-image":
				"This site has no real Docker to lend: the server does not have the sandbox image yet. Everything else works as it is.",
		},
		refused: {
			full: "All of them are in use, and the queue is full. Try again in some minutes.",
			"address-limit": "Your network has borrowed as many at once as it may.",
			"rate-limit": "Too many requests. Try again in a moment.",
			failed: "The daemon could not be started. Try again.",
		},
		ended: {
			time: "Its time is over, and what was in it is gone.",
			idle: "It was not used for long and was taken back; what was in it is gone.",
			lost: "The server that it was on is lost. You can borrow another one.",
			failed: "The daemon could not be started. Try again.",
			ended: "You gave it back.",
		},
	},
	beside: {
		title: "Side by side",
		lead: "Runs one command on two daemons at once and compares the answers. What can never be equal, such as ids, times and addresses, does not count.",
		run: "Run on both",
		running: "Running…",
		command: "Command",
		here: "This tab",
		there: { sandbox: "Real Docker", second: "The second host" },
		withSecond: "No daemon is lent to you, so the second host is what it is compared with.",
		noSecond: "There is no second host yet either: start it with service second start, and make the context second.",
		same: "Equal to the letter.",
		alike: "Equal but for ids, times and addresses.",
		differs: (n: number) => (n === 0 ? "The exit codes differ." : n === 1 ? "One line differs." : `${n} lines differ.`),
		codes: (here: number, there: number) => (here === there ? `exit code ${here}` : `exit codes ${here} and ${there}`),
		marks: { same: "equal", alike: "other values", differs: "differs" },
		empty: "No output.",
		nothing: "nothing",
		why: "Why",
		failed: "It could not be run:",
	},
	conformance: {
		title: "Compared with the real Docker",
		lead: "This engine’s answers are compared with those of the real Docker and the real Linux kernel whenever it is tested. The tests wrote this table themselves.",
		summary: (same: number, all: number) => `${same.toLocaleString("en")} of ${all.toLocaleString("en")} are equal.`,
		what: "What",
		with: "With",
		same: "Equal",
		sample: "a sample",
		of: "of",
		when: "Measured",
		differences: (n: number) => (n === 1 ? "One difference, and why" : `${n} differences, and why`),
		none: "Nothing differs.",
		step: "Step",
		why: "Why",
		how: "How",
		howText:
			"npm test runs a part of these comparisons, npm run test:long all of them. npm run conformance:record writes the table.",
	},
};
