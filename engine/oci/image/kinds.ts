// The fields of an image's documents with their Go types (image-spec's specs-go/v1, and what Docker adds to a config), so that a
// document in which one of them is something else is refused in the words of Go's encoding/json.

import {
	bool,
	duration,
	int,
	int64,
	type Kind,
	list,
	map,
	named,
	nothing,
	parsed,
	struct,
	text,
	UnmarshalError,
} from "../../lib/unmarshal";
import type { Descriptor, Healthcheck, History, ImageConfig, Index, Manifest, Platform, RunConfig } from "./types";

const digest = named("digest.Digest");
const labels = map(text);

const platformFields = {
	architecture: text,
	os: text,
	"os.version": text,
	"os.features": list(text),
	variant: text,
};
export const platform: Kind<Platform> = struct("v1.Platform", platformFields);

export const descriptor: Kind<Descriptor> = struct("v1.Descriptor", {
	mediaType: text,
	digest,
	size: int64,
	urls: list(text),
	annotations: labels,
	data: text,
	platform,
	artifactType: text,
});

const document = { schemaVersion: int, mediaType: text, artifactType: text, subject: descriptor, annotations: labels };
export const index: Kind<Index> = struct("v1.Index", { ...document, manifests: list(descriptor) });
export const manifest: Kind<Manifest> = struct("v1.Manifest", { ...document, config: descriptor, layers: list(descriptor) });

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([.,]\d+)?(Z|[+-]\d\d:\d\d)$/;
const time = parsed("time.Time", (value) => {
	if (RFC_3339.test(value) && !Number.isNaN(Date.parse(value.replace(",", ".")))) return value;
	throw new UnmarshalError(`parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05Z07:00": it is none`);
});
const history: Kind<History> = struct("v1.History", {
	created: time,
	created_by: text,
	author: text,
	comment: text,
	empty_layer: bool,
});
const healthcheck: Kind<Healthcheck> = struct("v1.HealthcheckConfig", {
	Test: list(text),
	Interval: duration,
	Timeout: duration,
	StartPeriod: duration,
	StartInterval: duration,
	Retries: int,
});
const runConfig: Kind<RunConfig> = struct("v1.DockerOCIImageConfig", {
	Hostname: text,
	Domainname: text,
	User: text,
	ExposedPorts: map(nothing),
	Env: list(text),
	Entrypoint: list(text),
	Cmd: list(text),
	Healthcheck: healthcheck,
	ArgsEscaped: bool,
	Volumes: map(nothing),
	WorkingDir: text,
	Labels: labels,
	StopSignal: text,
	StopTimeout: int,
	OnBuild: list(text),
	Shell: list(text),
});
export const imageConfig: Kind<ImageConfig> = struct("v1.DockerOCIImage", {
	...platformFields,
	created: time,
	author: text,
	config: runConfig,
	rootfs: struct("v1.RootFS", { type: text, diff_ids: list(digest) }),
	history: list(history),
});
