// Which snapshots an image's layers are unpacked in: the names that containerd gives them, for who reads its metadata.

export { chainIds } from "../../oci/image/chain-id";
