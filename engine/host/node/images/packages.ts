// Debian packages → the tar that a recipe ADDs: their files without what a container has no use for, /usr merged as Debian
// installs it, and dpkg's records of them, so that `dpkg -l`, `dpkg -L` and `dpkg -S` answer.

import { collect, text, utf8 } from "../../../lib/bytes";
import { header, type TarHeader } from "../../../lib/tar/header";
import type { TarEntry } from "../../../lib/tar/read";
import type { SourceEntry } from "../../../lib/tar/write";
import { type Deb, entriesOf, fieldOf } from "./deb";
import type { PackageChoice } from "./recipe";

export interface Chosen {
	deb: Deb;
	choice: PackageChoice;
}

/** Left out of every package: documentation and translations, other programs' plug-ins, what only a booted machine uses. */
const LEFT_OUT = [
	/^\/usr\/share\/doc\/[^/]+\/(?!copyright$)./,
	/^\/usr\/share\/(man|info|locale|lintian|bug|doc-base|apport|menu|bash-completion|zsh|vim|gdb|polkit-1|pixmaps|applications)\//,
	/^\/usr\/share\/(readline|gcc|python3\/debpython)\//,
	/^\/usr\/lib\/(systemd|tmpfiles\.d|sysctl\.d|sysusers\.d|valgrind)\//,
	/^\/usr\/include\//,
	/\.(a|la|o|h)$/,
	/^\/etc\/(init\.d|cron\.[a-z]+|logrotate\.d|apparmor\.d|ufw|update-motd\.d|kernel|systemd)\//,
	/^\/etc\/default\/(nginx|redis-server|hwclock)$/,
];
/** /bin, /lib and their like are links into /usr. */
const MERGED = ["bin", "lib", "lib32", "lib64", "libx32", "sbin"];

/** @param base packages of the image below: they are in dpkg's records too */
export async function* packageEntries(own: Chosen[], base: Chosen[] = []): AsyncGenerator<SourceEntry> {
	const seen = new Set<string>();
	// the first packages of an image lay out its directories
	if (base.length === 0) yield* links(seen);
	const lists = new Map<Deb, string[]>();
	for (const chosen of own) {
		const list = ["/."];
		for await (const { header: given, body, path, there } of filesOf(chosen)) {
			list.push(there);
			if (given.type === "directory" && seen.has(path)) continue;
			seen.add(path);
			yield { header: placed(given, path), body: given.type === "file" ? [await collect(body)] : undefined };
		}
		lists.set(chosen.deb, list);
	}
	yield* records(own, base, lists);
}

export interface Taken extends TarEntry {
	/** With /usr merged. */
	path: string;
	/** As the package names it. */
	there: string;
}

/** What is taken of a package; a directory that is not comes with what is taken below it. */
export async function* filesOf({ deb, choice }: Chosen): AsyncGenerator<Taken> {
	const waiting = new Map<string, Taken>();
	for await (const entry of entriesOf(deb)) {
		const there = `/${entry.header.name.replace(/^\.?\//, "").replace(/\/$/, "")}`;
		const path = `/${merged(there.slice(1))}`;
		const taken = { ...entry, path, there };
		if (path === `/usr/share/doc/${deb.name}/copyright` && entry.header.type === "file") {
			const notice = await collect(entry.body);
			deb.notice = text(notice);
			taken.body = pieces(notice);
		}
		if (there === "/" || MERGED.includes(there.slice(1))) continue;
		if (entry.header.type === "directory") {
			if (left(`${path}/`)) continue;
			if (choice.takes(path)) yield taken;
			else waiting.set(path, taken);
		} else if (path.endsWith("/copyright") || (!left(path) && choice.takes(path))) {
			for (let at = path.indexOf("/", 1); at > 0; at = path.indexOf("/", at + 1)) {
				const directory = waiting.get(path.slice(0, at));
				if (directory) yield directory;
				waiting.delete(path.slice(0, at));
			}
			yield taken;
		}
	}
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
	yield bytes;
}

const left = (path: string): boolean => LEFT_OUT.some((pattern) => pattern.test(path));
const merged = (path: string): string => (MERGED.includes(path.split("/")[0]!) ? `usr/${path}` : path);

const placed = (given: TarHeader, path: string): TarHeader => ({
	...given,
	name: path.slice(1),
	linkname: given.type === "link" ? merged(given.linkname.replace(/^\.?\//, "")) : given.linkname,
	uname: "",
	gname: "",
});

function* links(seen: Set<string>): Generator<SourceEntry> {
	yield { header: header({ name: "usr", type: "directory" }) };
	for (const name of MERGED.filter((one) => one !== "lib32" && one !== "libx32")) {
		yield { header: header({ name: `usr/${name}`, type: "directory" }) };
		yield { header: header({ name, type: "symlink", mode: 0o777, linkname: `usr/${name}` }) };
		seen.add(`/usr/${name}`);
	}
	seen.add("/usr");
}

/** /var/lib/dpkg (man 1 dpkg, FILES). */
function* records(own: Chosen[], base: Chosen[], lists: Map<Deb, string[]>): Generator<SourceEntry> {
	for (const name of ["var", "var/lib", "var/lib/dpkg", "var/lib/dpkg/info", "var/lib/dpkg/updates"]) {
		if (base.length === 0) yield { header: header({ name, type: "directory" }) };
	}
	const record = (name: string, content: string): SourceEntry => {
		const bytes = utf8(content);
		return { header: header({ name: `var/lib/dpkg/${name}`, type: "file", size: bytes.length }), body: [bytes] };
	};
	for (const [deb, list] of lists) yield record(`info/${infoName(deb)}.list`, `${list.join("\n")}\n`);
	yield record("info/format", "1\n");
	yield record("status", [...base, ...own].map(({ deb }) => `${installed(deb)}\n`).join("\n"));
}

/** Of libraries that several architectures can have side by side, the records carry the architecture. */
const infoName = ({ name, control }: Deb): string =>
	fieldOf(control, "Multi-Arch") === "same" ? `${name}:${fieldOf(control, "Architecture")}` : name;

const installed = ({ control }: Deb): string => control.replace(/^(Package: .*)$/m, "$1\nStatus: install ok installed");
