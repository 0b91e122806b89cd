// The users of the sandbox image. Each sandbox runs as another one, with subordinate ids that no other has, so that what the kernel counts by user
// it counts by sandbox. Dockerfile makes the same with a loop.
//
//     /etc/passwd   sandboxN:x:1000+N:1000+N::/home/sandbox:/bin/sh
//     /etc/subuid   sandboxN:100000+65536·N:65536                    /etc/subgid the same

import { FIRST_USER, USERS } from "../../app/api/sandbox/outer/spec";

const SUBORDINATE = 65_536;
const FIRST_SUBORDINATE = 100_000;

const lines = (line: (name: string, id: number, subordinate: number) => string): string =>
	Array.from({ length: USERS }, (_, user) => {
		const subordinate = FIRST_SUBORDINATE + user * SUBORDINATE;
		return `${line(`sandbox${user}`, FIRST_USER + user, subordinate)}\n`;
	}).join("");

export const passwd = `root:x:0:0:root:/root:/bin/sh\n${lines((name, id) => `${name}:x:${id}:${id}::/home/sandbox:/bin/sh`)}`;
export const group = `root:x:0:\n${lines((name, id) => `${name}:x:${id}:`)}`;
export const subordinates = lines((name, _id, first) => `${name}:${first}:${SUBORDINATE}`);
