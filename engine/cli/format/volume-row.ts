// A volume in a list.

import { humanSize } from "../../lib/units";
import { row } from "./table";
import type { GoStruct, Value } from "./template/value";
import { labelsText } from "./text";

export interface Volume {
	Name: string;
	Driver: string;
	Mountpoint: string;
	Scope: string;
	Labels: Record<string, string> | null;
	Status?: Record<string, unknown>;
	UsageData?: { Size: number; RefCount: number } | null;
	/** Of a swarm's volumes only. */
	ClusterVolume?: {
		Spec: { Group?: string; Availability?: string };
		Info?: { VolumeID?: string } | null;
		/** A line for each node that has it. */
		PublishStatus?: unknown[] | null;
	};
}

export const VOLUME_HEADERS = {
	Name: "VOLUME NAME",
	Driver: "DRIVER",
	Scope: "SCOPE",
	Availability: "AVAILABILITY",
	Mountpoint: "MOUNTPOINT",
	Labels: "LABELS",
	Links: "LINKS",
	Size: "SIZE",
	Group: "GROUP",
	Status: "STATUS",
};

export function volumeFormat(source: string, quiet: boolean): string {
	if (source === "table") return quiet ? "{{.Name}}" : "table {{.Driver}}\\t{{.Name}}";
	if (source === "raw") return quiet ? "name: {{.Name}}" : "name: {{.Name}}\\ndriver: {{.Driver}}\\n";
	return source;
}

export const volumeRow = (volume: Volume): GoStruct =>
	row("*formatter.volumeContext", {
		Name: () => volume.Name,
		Driver: () => volume.Driver,
		Scope: () => volume.Scope,
		Mountpoint: () => volume.Mountpoint,
		Labels: () => labelsText(volume.Labels),
		Label: (name: Value) => volume.Labels?.[String(name)] ?? "",
		Links: () => (volume.UsageData ? String(volume.UsageData.RefCount) : "N/A"),
		Size: () => (volume.UsageData ? humanSize(volume.UsageData.Size) : "N/A"),
		Group: () => volume.ClusterVolume?.Spec.Group ?? "N/A",
		Availability: () => volume.ClusterVolume?.Spec.Availability ?? "N/A",
		Status: () => clusterStatus(volume),
	});

function clusterStatus({ ClusterVolume: cluster }: Volume): string {
	if (!cluster) return "N/A";
	if (!cluster.Info?.VolumeID) return "pending creation";
	const nodes = cluster.PublishStatus?.length ?? 0;
	if (nodes === 0) return "created";
	return `in use (${nodes} ${nodes === 1 ? "node" : "nodes"})`;
}
