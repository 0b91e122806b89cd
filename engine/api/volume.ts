// Volumes on the wire.

export interface Volume {
	CreatedAt: string;
	Driver: string;
	Labels: Record<string, string> | null;
	Mountpoint: string;
	Name: string;
	Options: Record<string, string> | null;
	Scope: "local";
	UsageData?: { Size: number; RefCount: number };
}
export interface VolumeCreateRequest {
	Name?: string;
	Driver?: string;
	DriverOpts?: Record<string, string> | null;
	Labels?: Record<string, string> | null;
	/** Asks for a volume of a swarm. */
	ClusterVolumeSpec?: Record<string, never>;
}
export interface VolumeListResponse {
	Volumes: Volume[];
	Warnings: string[] | null;
}
