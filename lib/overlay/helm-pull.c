/*
 * Charts that are not in the tree.  helm speaks to the network itself: what is decided here is
 * whether it may, by the places that the operator allows for remote bases.
 */
#include "base/remote.h"
#include "base/vec.h"
#include "overlay/helm.h"

#define OCI "oci://"

static bool is_oci(struct gk_str repo)
{
	return gk_str_starts(repo, GK_STR(OCI));
}

/* REPO/NAME: what helm pulls from a registry, and what lies below any other repository. */
static const char *address(const struct gk_helm *h, const char *scheme, struct gk_str repo)
{
	if (gk_str_ends(repo, GK_STR("/")))
		repo.n--;
	return gk_arena_printf(h->p->b->a, "%s%.*s/%s", scheme, GK_SARG(repo), h->name);
}

static void refuse(const struct gk_helm *h, const char *slug, const char *why)
{
	const char *shown = gk_remote_shown(h->p->b->a, gk_node_text(h->c->repo));

	(void)gk_fail(h->p->err, GK_EINPUT, slug, "chart '%s' of '%s' %s", h->name, shown, why);
}

static int place(const struct gk_helm *h)
{
	return gk_err_at(h->p->err, gk_node_pos(h->c->repo, h->p->config->file));
}

static int may_pull(const struct gk_helm *h)
{
	struct gk_remotes *remotes = h->p->b->opt->remotes;
	struct gk_str repo = gk_node_text(h->c->repo);
	const char *url = is_oci(repo) ? address(h, "https://", gk_str_from(repo, strlen(OCI)))
				       : address(h, "", repo);

	if (!remotes) {
		refuse(h, "render.remote", "is not in this tree");
		(void)gk_help(h->p->err, "allow it with --allow-remote HOST[/PREFIX], or put the "
					 "chart into the chart home");
		return place(h);
	}
	if (remotes->require_pinned) {
		refuse(h, "render.unpinned", "can change: a version pins nothing");
		(void)gk_help(h->p->err, "put the chart into the chart home");
		return place(h);
	}
	if (remotes->may_fetch(remotes, url, h->p->err) == 0)
		return 0;
	if (strcmp(h->p->err->slug, "remote.address") == 0)
		(void)gk_help(h->p->err, "a 'repo' is https://HOST[/PATH] or oci://HOST[/PATH]; "
					 "passwords are with helm");
	return place(h);
}

static int pull(const struct gk_helm *h)
{
	struct gk_str ignored = GK_STR_NULL, repo = gk_node_text(h->c->repo);
	struct gk_strs args = {0};
	int rc;

	gk_helm_begin(h, &args, "pull");
	gk_vec_push(&args, "--untar");
	gk_vec_push(&args, "--untardir");
	gk_vec_push(&args, gk_helm_absolute(h, h->home));
	if (is_oci(repo)) {
		gk_vec_push(&args, address(h, "", repo));
	} else {
		gk_vec_push(&args, "--repo");
		gk_vec_push(&args, gk_helm_text(h, h->c->repo));
		gk_vec_push(&args, h->name);
	}
	if (gk_node_text(h->c->version).n) {
		gk_vec_push(&args, "--version");
		gk_vec_push(&args, gk_helm_text(h, h->c->version));
	}
	if (h->c->devel)
		gk_vec_push(&args, "--devel");
	rc = gk_helm_command(h, &args, &ignored);
	gk_vec_done(&args);
	return rc;
}

int gk_helm_need_chart(const struct gk_helm *h)
{
	struct gk_build *b = h->p->b;
	const char *path = gk_loader_join(b->a, h->home, gk_str_c(h->name));
	struct gk_loader *ldr = h->p->f->ldr;
	struct gk_loaded found;

	if (ldr->get(ldr, path, b->lim->doc_bytes, b->a, &found, h->p->err) == 0 && found.is_dir)
		return 0;
	if (h->p->err->code != GK_OK && h->p->err->code != GK_ENOTFOUND) {
		(void)gk_res_at(h->p->config, h->p->err);
		return gk_ctx(h->p->err, "cannot look at '%s'", gk_build_shown(b, ldr, path));
	}
	gk_err_reset(h->p->err);
	if (gk_node_text(h->c->repo).n)
		return may_pull(h) ? -1 : pull(h);
	(void)gk_helm_fail(h, h->c->name,
		gk_arena_printf(b->a, "there is no chart '%s'", gk_build_shown(b, ldr, path)));
	return gk_help(h->p->err, "put it there, or give the 'repo' to pull it from");
}
