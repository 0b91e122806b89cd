// Where the site is reached, for addresses that must be whole (previews of links). SITE_URL says it at the build.

export const origin = (): URL => new URL(process.env.SITE_URL ?? "http://127.0.0.1:3000");
