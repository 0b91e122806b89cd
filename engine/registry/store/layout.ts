// Where things are on a registry's disk: the layout of the distribution project, so that its registry can serve our folder
// and ours can serve its.
//
//     docker/registry/v2/
//       blobs/sha256/ab/abcd…/data                              content, shared by all repositories
//       repositories/NAME/
//         _layers/sha256/HEX/link                               this repository may serve that blob
//         _manifests/revisions/sha256/HEX/link                  … and that manifest
//         _manifests/revisions/sha256/HEX/mediatype             its type, where the document does not say it
//         _manifests/tags/TAG/current/link                      what the tag means
//         _manifests/tags/TAG/index/sha256/HEX/link             what it has meant
//         _uploads/UUID/{data,startedat}                        what is being uploaded
//         _pending/KEY                                          what a push relies on, though nothing refers to it yet
//       garbage/                                                what the collector is about to delete
//
// A link is a file with a digest in it. https://distribution.github.io/distribution/storage-drivers/

import { algorithmOf, type Digest, encodedOf } from "../../lib/digest";

export const ROOT = "docker/registry/v2";
export const BLOBS = `${ROOT}/blobs`;
export const REPOSITORIES = `${ROOT}/repositories`;
export const GARBAGE = `${ROOT}/garbage`;

const folderOf = (digest: Digest): string => `${algorithmOf(digest)}/${encodedOf(digest)}`;

export const blobFolder = (digest: Digest): string =>
	`${BLOBS}/${algorithmOf(digest)}/${encodedOf(digest).slice(0, 2)}/${encodedOf(digest)}`;
export const blobPath = (digest: Digest): string => `${blobFolder(digest)}/data`;
export const garbagePath = (digest: Digest): string => `${GARBAGE}/blobs/${folderOf(digest)}`;

export const repositoryPath = (name: string): string => `${REPOSITORIES}/${name}`;
export const layersPath = (name: string): string => `${repositoryPath(name)}/_layers`;
export const layerFolder = (name: string, digest: Digest): string => `${layersPath(name)}/${folderOf(digest)}`;
export const manifestsPath = (name: string): string => `${repositoryPath(name)}/_manifests`;
export const revisionsPath = (name: string): string => `${manifestsPath(name)}/revisions`;
export const revisionFolder = (name: string, digest: Digest): string => `${revisionsPath(name)}/${folderOf(digest)}`;
export const tagsPath = (name: string): string => `${manifestsPath(name)}/tags`;
export const tagFolder = (name: string, tag: string): string => `${tagsPath(name)}/${tag}`;
export const tagLink = (name: string, tag: string): string => `${tagFolder(name, tag)}/current/link`;
export const tagHistory = (name: string, tag: string, digest: Digest): string =>
	`${tagFolder(name, tag)}/index/${folderOf(digest)}/link`;
export const uploadsPath = (name: string): string => `${repositoryPath(name)}/_uploads`;
export const uploadFolder = (name: string, id: string): string => `${uploadsPath(name)}/${id}`;
export const pendingPath = (name: string): string => `${repositoryPath(name)}/_pending`;
