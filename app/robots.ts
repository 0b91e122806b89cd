import type { MetadataRoute } from "next";
import { origin } from "@/components/page/origin";

export default function robots(): MetadataRoute.Robots {
	return {
		rules: { userAgent: "*", allow: "/", disallow: ["/v2/", "/engine/"] },
		sitemap: new URL("/sitemap.xml", origin()).href,
	};
}
