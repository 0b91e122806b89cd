// The site's build: MDX lessons, the headers that every answer carries. The page's script policy is in proxy.ts.
import createMDX from "@next/mdx";

const withMDX = createMDX({
	options: {
		remarkPlugins: ["remark-gfm"],
		rehypePlugins: ["rehype-slug"],
	},
});

const everywhere = [
	{ key: "X-Content-Type-Options", value: "nosniff" },
	{ key: "Referrer-Policy", value: "same-origin" },
	{ key: "X-Frame-Options", value: "DENY" },
	{ key: "Cross-Origin-Opener-Policy", value: "same-origin" },
	{ key: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=(), browsing-topics=()" },
];

/** @type {import("next").NextConfig} */
const config = {
	pageExtensions: ["ts", "tsx", "mdx"],
	poweredByHeader: false,
	reactStrictMode: true,
	/** The Distribution API is asked at /v2/, with the slash. */
	skipTrailingSlashRedirect: true,
	devIndicators: false,
	/** Types are a check of their own (npm run types); a learner who starts the site need not wait for it. */
	typescript: { ignoreBuildErrors: true },
	experimental: { globalNotFound: true },
	async headers() {
		return [
			{ source: "/:path*", headers: everywhere },
			// compressed once, where they are made
			{ source: "/engine/worker/:file", headers: [{ key: "Content-Encoding", value: "gzip" }] },
		];
	},
};

export default withMDX(config);
