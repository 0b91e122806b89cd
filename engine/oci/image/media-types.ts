// Media types of images: OCI's, and those of Docker's schema 2, which mean the same.

export const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
export const OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
export const OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
export const OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";
export const OCI_LAYER_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";
export const OCI_LAYER_ZSTD = "application/vnd.oci.image.layer.v1.tar+zstd";
export const OCI_EMPTY = "application/vnd.oci.empty.v1+json";

export const DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
export const DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
export const DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";
export const DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar";
export const DOCKER_LAYER_GZIP = "application/vnd.docker.image.rootfs.diff.tar.gzip";
export const DOCKER_SCHEMA1 = "application/vnd.docker.distribution.manifest.v1+json";
export const DOCKER_SCHEMA1_SIGNED = "application/vnd.docker.distribution.manifest.v1+prettyjws";

export const isIndex = (mediaType: string): boolean => mediaType === OCI_INDEX || mediaType === DOCKER_LIST;
export const isManifest = (mediaType: string): boolean => mediaType === OCI_MANIFEST || mediaType === DOCKER_MANIFEST;
export const isConfig = (mediaType: string): boolean => mediaType === OCI_CONFIG || mediaType === DOCKER_CONFIG;

/** What a client asks a registry for, the kinds it likes best first. */
export const MANIFEST_TYPES: readonly string[] = [OCI_INDEX, DOCKER_LIST, OCI_MANIFEST, DOCKER_MANIFEST];

export type Compression = "none" | "gzip" | "zstd";
const LAYERS: Record<string, Compression> = {
	[OCI_LAYER]: "none",
	[OCI_LAYER_GZIP]: "gzip",
	[OCI_LAYER_ZSTD]: "zstd",
	[DOCKER_LAYER]: "none",
	[DOCKER_LAYER_GZIP]: "gzip",
	"application/vnd.docker.image.rootfs.diff.tar.zstd": "zstd",
	"application/vnd.docker.image.rootfs.foreign.diff.tar": "none",
	"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip": "gzip",
	"application/vnd.oci.image.layer.nondistributable.v1.tar": "none",
	"application/vnd.oci.image.layer.nondistributable.v1.tar+gzip": "gzip",
	"application/vnd.oci.image.layer.nondistributable.v1.tar+zstd": "zstd",
};
/** How a layer is compressed, or undefined for what is no layer. */
export const compressionOf = (mediaType: string): Compression | undefined =>
	Object.hasOwn(LAYERS, mediaType) ? LAYERS[mediaType] : undefined;
export const isLayer = (mediaType: string): boolean => compressionOf(mediaType) !== undefined;

/** Layers that may not be passed on: registries have none of them, only where they are to be had. */
const FOREIGN = new Set([
	"application/vnd.docker.image.rootfs.foreign.diff.tar",
	"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
	"application/vnd.oci.image.layer.nondistributable.v1.tar",
	"application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
	"application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
]);
export const isForeign = (mediaType: string): boolean => FOREIGN.has(mediaType);
