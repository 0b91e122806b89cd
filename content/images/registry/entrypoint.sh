#!/bin/sh
# What the container runs: a configuration file means serving with it, a command of the registry's is its own, anything else is a
# program of the image.
set -e

case "$1" in
*.yaml | *.yml) set -- registry serve "$@" ;;
serve | garbage-collect | help | -*) set -- registry "$@" ;;
esac

exec "$@"
