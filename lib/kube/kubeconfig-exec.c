/* The exec section of a user: a credential plugin (kubernetes-api section 2). */
#include "kube/kubeconfig.h"

#define API_GROUP "client.authentication.k8s.io"
static const char extension_name[] = API_GROUP "/exec";

static void fault(struct kubeconfig *k, const struct entry *exec, const char *key, const char *text)
{
	struct gk_err *err = gk_faults_next(k->faults);

	gk_fail(err, GK_EINPUT, "kube.config", "%s", text);
	gk_err_at(err, gk_entry_pos(exec, key));
}

static void take_version(struct kubeconfig *k, const struct entry *exec, struct gk_kube_exec *x)
{
	x->api_version = gk_entry_text(k, exec, "apiVersion");
	if (!x->api_version)
		fault(k, exec, NULL, "'exec.apiVersion' is required");
	else if (strcmp(x->api_version, API_GROUP "/v1") &&
		 strcmp(x->api_version, API_GROUP "/v1beta1"))
		fault(k, exec, "apiVersion",
			"'exec.apiVersion' must be " API_GROUP "/v1 or " API_GROUP "/v1beta1");
}

static void take_stdin_mode(struct kubeconfig *k, const struct entry *exec, struct gk_kube_exec *x)
{
	const char *mode = gk_entry_text(k, exec, "interactiveMode");

	if (!mode && x->api_version && strcmp(x->api_version, API_GROUP "/v1") == 0)
		fault(k, exec, NULL, "'exec.interactiveMode' is required with " API_GROUP "/v1");
	if (!mode || !strcmp(mode, "IfAvailable"))
		x->stdin_mode = GK_EXEC_IF_AVAILABLE;
	else if (!strcmp(mode, "Never"))
		x->stdin_mode = GK_EXEC_NEVER;
	else if (!strcmp(mode, "Always"))
		x->stdin_mode = GK_EXEC_ALWAYS;
	else
		fault(k, exec, "interactiveMode",
			"'exec.interactiveMode' must be Never, IfAvailable or Always");
}

static void take_env(struct kubeconfig *k, const struct entry *exec, struct gk_kube_exec *x)
{
	const struct gk_node *list = gk_node_get(exec->node, "env");

	if (!gk_node_is(list, GK_ARRAY))
		return;
	x->env.v = gk_arena_array(k->arena, list->count + 1, sizeof *x->env.v);
	gk_node_foreach (item, list) {
		struct entry one = {item, exec->file, exec->dir};
		const char *name = gk_entry_text(k, &one, "name"),
			   *value = gk_entry_text(k, &one, "value");

		if (!name || strchr(name, '='))
			fault(k, &one, "name", "an entry of 'exec.env' needs a name without '='");
		else
			x->env.v[x->env.n++] =
				gk_arena_printf(k->arena, "%s=%s", name, value ? value : "");
	}
}

static const struct gk_node *cluster_extension(const struct entry *cluster)
{
	if (!cluster)
		return NULL;
	gk_node_foreach (item, gk_node_get(cluster->node, "extensions"))
		if (gk_str_is(gk_node_text(gk_node_get(item, "name")), extension_name))
			return gk_node_get(item, "extension");
	return NULL;
}

const struct gk_kube_exec *gk_entry_exec(
	struct kubeconfig *k, const struct entry *user, const struct entry *cluster)
{
	const struct gk_node *node = user ? gk_node_get(user->node, "exec") : NULL;
	struct gk_kube_exec *x;
	struct entry exec;

	if (!node || gk_node_is(node, GK_NULL))
		return NULL;
	exec = (struct entry){node, user->file, user->dir};
	x = gk_arena_zalloc(k->arena, sizeof *x);
	x->command = gk_entry_text(k, &exec, "command");
	if (!x->command)
		fault(k, &exec, NULL, "'exec.command' is required");
	else if (strchr(x->command, '/'))
		x->command = gk_entry_path(k, &exec, "command");
	take_version(k, &exec, x);
	take_stdin_mode(k, &exec, x);
	take_env(k, &exec, x);
	x->args = gk_entry_list(k, &exec, "args");
	x->install_hint = gk_entry_text(k, &exec, "installHint");
	x->provide_cluster_info = gk_entry_true(k, &exec, "provideClusterInfo");
	x->cluster_config = cluster_extension(cluster);
	return x;
}
