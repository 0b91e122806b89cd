// Images on the wire.

import type { ContainerConfig } from "./container";

/** An element of GET /images/json. */
export interface ImageSummary {
	Id: string;
	ParentId: string;
	RepoTags: string[];
	RepoDigests: string[];
	/** Seconds since 1970. */
	Created: number;
	/** Compressed and unpacked together, with the containerd store. */
	Size: number;
	SharedSize: number;
	/** Until API 1.43. */
	VirtualSize?: number;
	Labels: Record<string, string> | null;
	Containers: number;
	Descriptor?: ImageDescriptor;
	Manifests?: ManifestSummary[];
}
export interface ImageDescriptor {
	mediaType: string;
	digest: string;
	size: number;
	annotations?: Record<string, string>;
	platform?: { os: string; architecture: string; variant?: string };
}
/** From API 1.47 on, with ?manifests=1. */
export interface ManifestSummary {
	ID: string;
	Descriptor: ImageDescriptor;
	Available: boolean;
	Kind: "image" | "attestation" | "unknown";
	Size: { Content: number; Total: number };
	ImageData?: {
		Platform: { os: string; architecture: string; variant?: string };
		Identity?: ImageIdentity;
		Size: { Unpacked: number };
		Containers: string[];
	};
}
/** Where an image came from, since API 1.53. */
export interface ImageIdentity {
	/** Repositories, whole: docker.io/library/busybox. */
	Pull?: Array<{ Repository: string }>;
	/** Builds, each by its reference and when it ended (RFC 3339). */
	Build?: Array<{ Ref: string; CreatedAt: string }>;
}
/** An element of GET /images/{name}/attestations, since API 1.55. */
export interface AttestationStatement {
	Descriptor: ImageDescriptor;
	/** A URI: https://slsa.dev/provenance/v1 … */
	PredicateType: string;
	/** An in-toto statement, as it is. */
	Statement?: unknown;
}
/** GET /images/{name}/json. */
export interface ImageInspect {
	Id: string;
	RepoTags: string[];
	RepoDigests: string[];
	Parent?: string;
	Comment?: string;
	Created: string;
	/** Until API 1.44, and empty. */
	Container?: string;
	ContainerConfig?: ImageConfig;
	DockerVersion?: string;
	Author: string;
	Config: ImageConfig;
	Architecture: string;
	Variant?: string;
	Os: string;
	Size: number;
	VirtualSize?: number;
	GraphDriver?: { Name: string; Data: Record<string, string> | null };
	RootFS: { Type: "layers"; Layers: string[] };
	Metadata: { LastTagTime: string };
	Descriptor?: ImageDescriptor;
	Manifests?: ManifestSummary[];
	Identity?: ImageIdentity;
}
export type ImageConfig = Partial<Omit<ContainerConfig, "Image">> & { ArgsEscaped?: boolean };

/** GET /distribution/{name}/json. */
export interface DistributionInspect {
	Descriptor: ImageDescriptor;
	Platforms: Array<{ os: string; architecture: string; variant?: string }> | null;
}

/** An element of GET /images/{name}/history. */
export interface HistoryItem {
	Id: string;
	Created: number;
	CreatedBy: string;
	Tags: string[] | null;
	Size: number;
	Comment: string;
}
