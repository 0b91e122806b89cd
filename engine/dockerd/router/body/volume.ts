// Bodies of /volumes and /auth.

import type { VolumeCreateRequest } from "../../../api/volume";
import type { RegistryAuth } from "../../../containerd/api";
import { map, nothing, struct, text } from "../../../lib/unmarshal";

export const volumeCreate = struct<VolumeCreateRequest>("volume.CreateRequest", {
	Name: text,
	Driver: text,
	DriverOpts: map(text),
	Labels: map(text),
	ClusterVolumeSpec: nothing,
});
export const authConfig = struct<RegistryAuth>("registry.AuthConfig", {
	username: text,
	password: text,
	auth: text,
	serveraddress: text,
	identitytoken: text,
	registrytoken: text,
});
