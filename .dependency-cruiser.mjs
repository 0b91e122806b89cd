// The borders of the house, as the architecture's table has them: an allow-list a row. `npm run borders` checks it.

/** Folder under engine/ → what it may import besides lib/ and trace/, and why. */
const rows = {
	lib: {
		may: ["sys"],
		why: "lib is the bottom: bytes, codecs and protocols know nothing of Docker or the kernel; streams over descriptors need the types of sys",
	},
	trace: { may: [], why: "events are a vocabulary; whoever emits or draws them may depend on it, not the other way round" },
	api: { may: [], why: "wire types are shared by client and daemon, so they belong to neither" },
	cpu: { may: [], why: "the processor knows bytes and registers; Linux is the kernel's business" },
	fs: { may: ["port"], why: "file systems are used by the kernel; only the disk asks the surroundings for storage" },
	kernel: { may: ["sys", "fs", "cpu", "port"], why: "the kernel serves programs and must not know any of them" },
	oci: { may: ["fs", "sys"], why: "images and bundles are formats; they read and write files, and know no daemon" },
	runc: { may: ["sys", "oci"], why: "runc is a program: all it can do, it does by system calls" },
	containerd: {
		may: ["sys", "oci", "port", "runc", "registry"],
		why: "containerd is a program; it reaches registries through the port and containers through shims",
	},
	network: { may: ["sys"], why: "libnetwork configures the kernel from outside" },
	builder: { may: ["containerd/api", "oci", "network", "sys"], why: "the builder is a client of containerd" },
	dockerd: {
		may: ["sys", "api", "containerd/api", "builder", "network", "oci", "port"],
		why: "dockerd is a client of containerd, over its socket",
	},
	registry: { may: ["oci", "port", "sys"], why: "a registry stores blobs; it knows no daemon" },
	cli: {
		may: ["sys", "api", "port"],
		why: "docker is a client and nothing else: what it knows of the daemon came over the wire",
	},
};

const common = ["lib", "trace"];
const target = (name) => (name === "sys" || name === "port" ? `^engine/${name}\\.ts$` : `^engine/${name}(/|\\.ts$)`);

const tableRules = Object.entries(rows).map(([folder, { may, why }]) => ({
	name: `engine-${folder}`,
	severity: "error",
	comment: why,
	from: { path: `^engine/${folder}/` },
	to: {
		path: "^(engine|app|components|content|bin)/",
		pathNot: [`^engine/${folder}/`, ...[...common, ...may].map(target)],
	},
}));

export default {
	forbidden: [
		...tableRules,
		{
			name: "no-circular-files",
			severity: "error",
			comment: "files that import each other at run time cannot be read one after the other",
			from: { path: "^(engine|components|app)/" },
			to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
		},
		{
			name: "engine-is-isomorphic",
			severity: "error",
			comment: "the engine runs in a worker as it does in Node: only host/node may know Node",
			from: { path: "^engine/", pathNot: "^engine/host/node/" },
			to: { dependencyTypes: ["core"] },
		},
		{
			name: "engine-without-react",
			severity: "error",
			comment: "the engine has no pages",
			from: { path: "^engine/" },
			to: { path: "(^(app|components|content)/|node_modules/(react|next|d3-|@xterm))" },
		},
		{
			name: "one-importer-of-everything",
			severity: "error",
			comment: "boot.ts wires a host together; only the hosts call it",
			from: { path: "^engine/", pathNot: "^engine/(boot|host)" },
			to: { path: "^engine/(boot|host)" },
		},
		{
			name: "components-see-the-facade",
			severity: "error",
			comment: "pictures draw the machine's state through its facade, never by reaching into the engine",
			from: { path: "^(components|content)/" },
			to: { path: "^engine/", pathNot: "^engine/(host/browser/|trace/|api/)" },
		},
		{
			name: "no-orphan-packages",
			severity: "error",
			comment: "what is imported is declared in package.json",
			from: { path: "^(engine|app|components|content)/" },
			to: { dependencyTypes: ["npm-no-pkg", "npm-unknown", "unknown"], pathNot: "^mdx/types$|^monaco-editor/" },
		},
	],
	options: {
		doNotFollow: { path: "node_modules" },
		exclude: { path: "^(\\.next|\\.drydock)/" },
		tsPreCompilationDeps: true,
		tsConfig: { fileName: "tsconfig.json" },
		enhancedResolveOptions: { extensions: [".ts", ".tsx", ".mjs", ".js", ".json"] },
	},
};
