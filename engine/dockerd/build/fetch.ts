// HTTP for a build: ADD's URLs and contexts. What is within this machine is asked over its network.

import type { FetchUrl } from "../../builder/types";
import { invalidParameter, messageOf, unavailable } from "../../lib/errors";
import { askWeb, placeOf, urlOf } from "../../lib/web";
import type { Fetch } from "../../port";
import type { Sys } from "../../sys";

const REDIRECTS = 10;

export const fetchUrl =
	(sys: Sys, fetch: Fetch): FetchUrl =>
	async (url) => {
		for (let at = url, left = REDIRECTS; ; left--) {
			const place = placeOf(at);
			if (!place || !/^https?$/.test(place.scheme)) throw invalidParameter(`${url}: not an address of the web`);
			const answer = await askWeb(sys, fetch, place, { method: "GET", headers: { accept: "*/*" } }).catch((error: unknown) => {
				throw unavailable(`Get ${JSON.stringify(url)}: ${messageOf(error)}`);
			});
			const to = answer.headers.location;
			if (answer.status < 300 || answer.status >= 400 || !to || left === 0) return answer;
			at = /^https?:/.test(to) ? to : urlOf({ ...place, path: to.startsWith("/") ? to : place.path.replace(/[^/]*$/, to) });
		}
	};
