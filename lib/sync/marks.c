/* Reading the annotations that steer a sync. */
#include "sync/marks.h"

#include "base/num.h"

static const char *const phase_names[] = {"PreSync", "Sync", "PostSync", "SyncFail"};

const char *gk_phase_name(enum gk_phase p)
{
	return phase_names[p];
}

/* ---- hooks ---- */

enum { NOT_A_PHASE = -1 };

/* Helm's words and Argo CD's, and the phase that they mean; the rest is never applied. */
static const struct {
	const char *word;
	int phase;
} hook_words[] = {{"PreSync", GK_PHASE_PRE_SYNC}, {"Sync", GK_PHASE_SYNC},
	{"PostSync", GK_PHASE_POST_SYNC}, {"SyncFail", GK_PHASE_SYNC_FAIL}, {"Skip", NOT_A_PHASE},
	{"PreDelete", NOT_A_PHASE}, {"PostDelete", NOT_A_PHASE}, {"pre-install", GK_PHASE_PRE_SYNC},
	{"pre-upgrade", GK_PHASE_PRE_SYNC}, {"post-install", GK_PHASE_POST_SYNC},
	{"post-upgrade", GK_PHASE_POST_SYNC}};

static void read_hook(struct gk_str list, struct gk_marks *m)
{
	m->hook = true;
	m->phases = 0;
	while (list.p) {
		struct gk_str word = gk_str_trim(gk_str_cut(&list, ','));

		for (size_t i = 0; i < GK_COUNT(hook_words); i++)
			if (gk_str_is(word, hook_words[i].word) &&
				hook_words[i].phase != NOT_A_PHASE)
				m->phases |= 1U << hook_words[i].phase;
	}
	m->skip = m->phases == 0;
}

static const struct {
	const char *word;
	unsigned policy;
} policy_words[] = {{"BeforeHookCreation", GK_HOOK_BEFORE_CREATION},
	{"HookSucceeded", GK_HOOK_SUCCEEDED}, {"HookFailed", GK_HOOK_FAILED},
	{"before-hook-creation", GK_HOOK_BEFORE_CREATION}, {"hook-succeeded", GK_HOOK_SUCCEEDED},
	{"hook-failed", GK_HOOK_FAILED}};

static void read_policy(struct gk_str list, struct gk_marks *m)
{
	while (list.p) {
		struct gk_str word = gk_str_trim(gk_str_cut(&list, ','));

		for (size_t i = 0; i < GK_COUNT(policy_words); i++)
			if (gk_str_is(word, policy_words[i].word))
				m->delete_policy |= policy_words[i].policy;
	}
}

static void read_hooks(const struct gk_node *object, struct gk_marks *m)
{
	struct gk_str argo = gk_object_annotation(object, "argocd.argoproj.io/hook");
	struct gk_str helm = gk_object_annotation(object, "helm.sh/hook");

	if (argo.p)
		read_hook(argo, m);
	else if (helm.p && !gk_str_is(helm, "crd-install"))
		read_hook(helm, m);
	if (!m->hook)
		return;
	read_policy(gk_object_annotation(object, "argocd.argoproj.io/hook-delete-policy"), m);
	read_policy(gk_object_annotation(object, "helm.sh/hook-delete-policy"), m);
	if (!m->delete_policy)
		m->delete_policy = GK_HOOK_BEFORE_CREATION;
}

/* ---- waves ---- */

static bool read_wave(const struct gk_node *object, const char *key, int64_t *ret)
{
	struct gk_err err = GK_ERR_INIT;
	struct gk_str text = gk_str_trim(gk_object_annotation(object, key));

	return text.n && gk_num_i64(text, INT32_MIN, INT32_MAX, ret, &err) == 0;
}

/* ---- options ---- */

static void read_options(struct gk_str list, struct gk_marks *m)
{
	while (list.p) {
		struct gk_str word = gk_str_trim(gk_str_cut(&list, ','));

		if (gk_str_is(word, "Validate=false"))
			m->validate_off = true;
		if (gk_str_is(word, "Prune=false") || gk_str_is(word, "Prune=confirm") ||
			gk_str_is(word, "Delete=false")) {
			m->keep = true;
			m->kept_by = word;
		}
	}
}

/* Annotations of other tools that say "do not delete". */
static const struct {
	const char *key, *value;
} keep_marks[] = {{"helm.sh/resource-policy", "keep"}, {"cli-utils.sigs.k8s.io/on-remove", "keep"},
	{"client.lifecycle.config.k8s.io/deletion", "detach"}, {GK_PREFIX "/prune", "false"}};

static void read_keep(const struct gk_node *object, struct gk_marks *m)
{
	for (size_t i = 0; i < GK_COUNT(keep_marks); i++)
		if (gk_str_is(
			    gk_object_annotation(object, keep_marks[i].key), keep_marks[i].value)) {
			m->keep = true;
			m->kept_by = gk_str_c(keep_marks[i].key);
		}
}

void gk_marks_of(const struct gk_node *object, struct gk_marks *ret)
{
	*ret = (struct gk_marks){.phases = 1U << GK_PHASE_SYNC};
	read_hooks(object, ret);
	if (!read_wave(object, "argocd.argoproj.io/sync-wave", &ret->wave))
		(void)read_wave(object, "helm.sh/hook-weight", &ret->wave);
	read_options(gk_object_annotation(object, "argocd.argoproj.io/sync-options"), ret);
	read_keep(object, ret);
	ret->depends = gk_object_annotation(object, GK_PREFIX "/depends-on");
	if (!ret->depends.n)
		ret->depends = gk_object_annotation(object, "config.kubernetes.io/depends-on");
	ret->ignore_health = gk_str_is(
		gk_object_annotation(object, "argocd.argoproj.io/ignore-healthcheck"), "true");
}

/* ---- depends-on ---- */

int gk_marks_depends_next(
	struct gk_str *list, struct gk_ref *ret, bool *ret_more, struct gk_err *err)
{
	struct gk_str part[5] = {GK_STR_NULL}, entry, rest;
	size_t n = 0;

	*ret_more = list->n > 0;
	if (!*ret_more)
		return 0;
	entry = gk_str_trim(gk_str_cut(list, ','));
	for (rest = entry; rest.p && n < GK_COUNT(part); n++)
		part[n] = gk_str_trim(gk_str_cut(&rest, '/'));
	*ret = (struct gk_ref){.group = part[0]};
	if (!rest.p && n == 3) {
		ret->kind = part[1];
		ret->name = part[2];
	} else if (!rest.p && n == 5 && gk_str_is(part[1], "namespaces")) {
		ret->ns = part[2];
		ret->kind = part[3];
		ret->name = part[4];
	}
	if (ret->kind.n == 0 || ret->name.n == 0)
		return gk_fail(err, GK_EINPUT, "order.depends-on",
			"cannot read the dependency '%.*s': expected GROUP/namespaces/NAMESPACE/KIND/NAME"
			" or GROUP/KIND/NAME",
			GK_SARG(entry));
	return 0;
}
