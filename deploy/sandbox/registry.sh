#!/bin/sh
# The read side of the Distribution API over the site's images, one connection a process (socat starts it). HTTP/1.1 with
# keep-alive; GET and HEAD of manifests and blobs, which is all that docker pull asks of a mirror.
set -u
store=/usr/share/drydock/registry/docker/registry/v2

# status, content type, file ("" for none), digest ("" for none)
answer() {
	length=0
	[ -n "$3" ] && length=$(stat -c %s "$3")
	printf 'HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %s\r\nDocker-Distribution-Api-Version: registry/2.0\r\n' "$1" "$2" "$length"
	[ -n "$4" ] && printf 'Docker-Content-Digest: %s\r\n' "$4"
	printf '\r\n'
	if [ "$method" = GET ] && [ -n "$3" ]; then cat "$3"; fi
}

blob() { echo "$store/blobs/sha256/$(expr substr "${1#sha256:}" 1 2)/${1#sha256:}/data"; }

while read -r method path _; do
	while read -r field && [ "$field" != "$(printf '\r')" ] && [ -n "$field" ]; do :; done
	path=${path%%\?*}
	case "$method $path" in
	*..* | *//*) answer '400 Bad Request' text/plain '' '' ;;
	'GET /v2/' | 'HEAD /v2/') answer '200 OK' application/json '' '' ;;
	'GET /v2/'*/manifests/* | 'HEAD /v2/'*/manifests/*)
		name=${path#/v2/} reference=${path##*/manifests/}
		name=${name%/manifests/*}
		case "$reference" in
		sha256:*) digest=$reference ;;
		*) digest=$(cat "$store/repositories/$name/_manifests/tags/$reference/current/link" 2>/dev/null) ;;
		esac
		file=$(blob "${digest:-sha256:none}")
		if [ -n "$digest" ] && [ -f "$file" ] && [ -e "$store/repositories/$name/_manifests/revisions/sha256/${digest#sha256:}/link" ]; then
			# its own media type comes last or first, the others belong to what it names: the index and the manifest are told apart
			if grep -q '"manifests" *:' "$file"; then kind=index; else kind=manifest; fi
			type=$(grep -o '"mediaType" *: *"[^"]*\(image\.index\|manifest\.list\|image\.manifest\|distribution\.manifest\)[^"]*"' "$file" | head -n 1 | cut -d '"' -f 4)
			[ "$kind" = index ] && case "$type" in *list* | *index*) ;; *) type=application/vnd.oci.image.index.v1+json ;; esac
			answer '200 OK' "${type:-application/vnd.oci.image.manifest.v1+json}" "$file" "$digest"
		else
			answer '404 Not Found' application/json '' ''
		fi
		;;
	'GET /v2/'*/blobs/sha256:* | 'HEAD /v2/'*/blobs/sha256:*)
		digest=${path##*/blobs/} file=$(blob "${path##*/blobs/}")
		if [ -f "$file" ]; then answer '200 OK' application/octet-stream "$file" "$digest"; else answer '404 Not Found' application/json '' ''; fi
		;;
	*) answer '404 Not Found' application/json '' '' ;;
	esac
done
