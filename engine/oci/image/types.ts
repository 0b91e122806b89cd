// Index, manifest and config of an image (OCI Image Specification 1.1; Docker's schema 2 has the same fields).

export interface Platform {
	architecture: string;
	os: string;
	"os.version"?: string;
	variant?: string;
}
export interface Descriptor {
	mediaType: string;
	digest: string;
	size: number;
	platform?: Platform;
	annotations?: Record<string, string>;
	urls?: string[];
}
export interface Index {
	schemaVersion: 2;
	mediaType?: string;
	manifests: Descriptor[];
	annotations?: Record<string, string>;
}
export interface Manifest {
	schemaVersion: 2;
	mediaType?: string;
	config: Descriptor;
	layers: Descriptor[];
	annotations?: Record<string, string>;
	subject?: Descriptor;
}
export interface History {
	/** RFC 3339. */
	created?: string;
	created_by?: string;
	author?: string;
	comment?: string;
	/** This step made no layer. */
	empty_layer?: boolean;
}
export interface Healthcheck {
	Test?: string[];
	/** Nanoseconds. */
	Interval?: number;
	Timeout?: number;
	StartPeriod?: number;
	StartInterval?: number;
	Retries?: number;
}
/** What a container of the image runs with when nothing else is said. */
export interface RunConfig {
	Hostname?: string;
	Domainname?: string;
	User?: string;
	ExposedPorts?: Record<string, Record<string, never>>;
	Env?: string[];
	Entrypoint?: string[] | null;
	Cmd?: string[] | null;
	Healthcheck?: Healthcheck;
	ArgsEscaped?: boolean;
	Volumes?: Record<string, Record<string, never>>;
	WorkingDir?: string;
	Labels?: Record<string, string>;
	StopSignal?: string;
	StopTimeout?: number;
	OnBuild?: string[];
	Shell?: string[];
}
export interface ImageConfig extends Platform {
	created?: string;
	author?: string;
	config?: RunConfig;
	rootfs: { type: "layers"; diff_ids: string[] };
	history?: History[];
}
