/* Health: the rows of health.tbl, one case a row that matters, and kinds without rows. */
#include "sync-util.h"

#include "sync/health.h"

struct health_case {
	const char *object;
	enum gk_health_status status;
	const char *message; /* NULL = not compared */
};

#define DEPLOYMENT(spec, status)                                                                   \
	"{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'a','generation':2},"      \
	"'spec':{" spec "},'status':{" status "}}"
#define POD(spec, status)                                                                          \
	"{'apiVersion':'v1','kind':'Pod','metadata':{'name':'a'},'spec':{" spec                    \
	"},'status':{" status "}}"
#define JOB(conditions)                                                                            \
	"{'apiVersion':'batch/v1','kind':'Job','metadata':{'name':'a'},"                           \
	"'status':{'active':1,'conditions':[" conditions "]}}"
#define CUSTOM(meta, status)                                                                       \
	"{'apiVersion':'example.com/v1','kind':'Widget','metadata':{'name':'a'" meta               \
	"},'status':{" status "}}"

static const struct health_case cases[] = {
	{DEPLOYMENT("'paused':true", ""), GK_HEALTH_SUSPENDED, NULL},
	{DEPLOYMENT("", ""), GK_HEALTH_PROGRESSING, "the new generation is not observed yet"},
	{DEPLOYMENT("", "'observedGeneration':1,'updatedReplicas':1,'availableReplicas':1"),
		GK_HEALTH_PROGRESSING, "the new generation is not observed yet"},
	{DEPLOYMENT("'replicas':3",
		 "'observedGeneration':2,'conditions':[{'type':'Progressing','status':'False',"
		 "'reason':'ProgressDeadlineExceeded','message':'too slow'}]"),
		GK_HEALTH_DEGRADED, "too slow"},
	{DEPLOYMENT("'replicas':3", "'observedGeneration':2,'replicas':3,'updatedReplicas':1"),
		GK_HEALTH_PROGRESSING, "1/3 replicas updated"},
	{DEPLOYMENT("'replicas':1", "'observedGeneration':2,'replicas':2,'updatedReplicas':1"),
		GK_HEALTH_PROGRESSING, "old replicas are pending termination"},
	{DEPLOYMENT("'replicas':2",
		 "'observedGeneration':2,'replicas':2,'updatedReplicas':2,'availableReplicas':1"),
		GK_HEALTH_PROGRESSING, "1/2 replicas available"},
	{DEPLOYMENT("'replicas':2",
		 "'observedGeneration':2,'replicas':2,'updatedReplicas':2,'availableReplicas':2"),
		GK_HEALTH_HEALTHY, "2/2 replicas available"},
	{DEPLOYMENT("'replicas':0", "'observedGeneration':2"), GK_HEALTH_HEALTHY, NULL},
	/* StatefulSet with a partition: replicas above it must be updated. */
	{"{'apiVersion':'apps/v1','kind':'StatefulSet','metadata':{'generation':1},'spec':{"
	 "'replicas':3,'updateStrategy':{'rollingUpdate':{'partition':2}}},'status':{"
	 "'observedGeneration':1,'readyReplicas':3,'updatedReplicas':0}}",
		GK_HEALTH_PROGRESSING, "0 replicas above the partition updated"},
	{"{'apiVersion':'apps/v1','kind':'StatefulSet','metadata':{'generation':1},'spec':{"
	 "'replicas':3,'updateStrategy':{'rollingUpdate':{'partition':2}}},'status':{"
	 "'observedGeneration':1,'readyReplicas':3,'updatedReplicas':1}}",
		GK_HEALTH_HEALTHY, NULL},
	{"{'apiVersion':'apps/v1','kind':'StatefulSet','metadata':{'generation':1},'spec':{"
	 "'replicas':1,'updateStrategy':{'rollingUpdate':{'partition':0}}},'status':{"
	 "'observedGeneration':1,'readyReplicas':1,'currentRevision':'a','updateRevision':'b'}}",
		GK_HEALTH_PROGRESSING, NULL},
	{POD("", "'phase':'Pending'"), GK_HEALTH_PROGRESSING, NULL},
	{POD("", "'phase':'Running','conditions':[{'type':'Ready','status':'True'}]"),
		GK_HEALTH_HEALTHY, NULL},
	{POD("", "'phase':'Pending','containerStatuses':[{'name':'c','state':{'waiting':"
		 "{'reason':'ImagePullBackOff'}}}]"),
		GK_HEALTH_DEGRADED, "container c: ImagePullBackOff"},
	{POD("'restartPolicy':'Never'",
		 "'phase':'Pending','containerStatuses':[{'name':'c','state':{'waiting':"
		 "{'reason':'ErrImagePull'}}}]"),
		GK_HEALTH_PROGRESSING, NULL},
	{POD("'restartPolicy':'Never'", "'phase':'Running'"), GK_HEALTH_PROGRESSING, NULL},
	{POD("", "'phase':'Failed','message':'evicted'"), GK_HEALTH_DEGRADED,
		"pod failed: evicted"},
	{POD("", "'phase':'Odd'"), GK_HEALTH_UNKNOWN, NULL},
	{JOB(""), GK_HEALTH_PROGRESSING, "1 pods active, 0 succeeded, 0 failed"},
	{JOB("{'type':'Complete','status':'True'}"), GK_HEALTH_HEALTHY, NULL},
	{JOB("{'type':'Failed','status':'True','message':'backoff limit'}"), GK_HEALTH_DEGRADED,
		"backoff limit"},
	/* A resumed Job is running, whatever its Suspended condition once said. */
	{JOB("{'type':'Suspended','status':'False'}"), GK_HEALTH_PROGRESSING, NULL},
	{"{'apiVersion':'v1','kind':'Service','spec':{'type':'LoadBalancer'}}",
		GK_HEALTH_PROGRESSING, NULL},
	{"{'apiVersion':'v1','kind':'Service','spec':{'type':'ClusterIP'}}", GK_HEALTH_HEALTHY,
		NULL},
	{"{'apiVersion':'v1','kind':'PersistentVolumeClaim','status':{'phase':'Lost'}}",
		GK_HEALTH_DEGRADED, NULL},
	{"{'apiVersion':'autoscaling/v2','kind':'HorizontalPodAutoscaler','status':{'conditions':["
	 "{'type':'AbleToScale','status':'True'},{'type':'ScalingActive','status':'False',"
	 "'reason':'FailedGetResourceMetric','message':'no metrics'}]}}",
		GK_HEALTH_DEGRADED, "no metrics"},
	{"{'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition','status':{"
	 "'conditions':[{'type':'NamesAccepted','status':'True'},"
	 "{'type':'Established','status':'True'}]}}",
		GK_HEALTH_HEALTHY, NULL},
	{"{'apiVersion':'v1','kind':'ConfigMap'}", GK_HEALTH_NONE, NULL},
	{"{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'Role'}", GK_HEALTH_NONE, NULL},
	{"{'apiVersion':'v1','kind':'ConfigMap','metadata':{'deletionTimestamp':'x'}}",
		GK_HEALTH_PROGRESSING, "pending deletion"},
	/* Custom kinds by their conditions. */
	{CUSTOM("", ""), GK_HEALTH_NONE, NULL},
	{CUSTOM(",'generation':3", "'observedGeneration':2,'conditions':[{'type':'Ready',"
				   "'status':'True'}]"),
		GK_HEALTH_PROGRESSING, NULL},
	{CUSTOM("", "'conditions':[{'type':'Ready','status':'True','message':'up'}]"),
		GK_HEALTH_HEALTHY, "up"},
	{CUSTOM("", "'conditions':[{'type':'Ready','status':'Unknown'}]"), GK_HEALTH_PROGRESSING,
		"not ready"},
	{CUSTOM("", "'conditions':[{'type':'Stalled','status':'True','message':'stuck'},"
		    "{'type':'Ready','status':'False'}]"),
		GK_HEALTH_DEGRADED, "stuck"},
	{CUSTOM(",'annotations':{'argocd.argoproj.io/ignore-healthcheck':'true'}",
		 "'conditions':[{'type':'Ready','status':'False'}]"),
		GK_HEALTH_NONE, NULL},
};

static void rows(void **state)
{
	struct gk_arena a = GK_ARENA_INIT;

	(void)state;
	for (size_t i = 0; i < GK_COUNT(cases); i++) {
		struct gk_health h = gk_health_of(&a, json(&a, cases[i].object));

		if (h.status != cases[i].status)
			fail_msg("%s: %s (%s)", cases[i].object, gk_health_name(h.status),
				h.message);
		if (cases[i].message)
			assert_string_equal(h.message, cases[i].message);
	}
	gk_arena_done(&a);
}

/* Every row of the table can be read: an object of its kind that has nothing in it. */
static void whole_table(void **state)
{
	struct gk_arena a = GK_ARENA_INIT;

	(void)state;
	for (size_t i = 0; i < gk_health_rules_count; i++) {
		const struct gk_health_rule *r = &gk_health_rules[i];
		struct gk_health h = gk_health_of(
			&a, json(&a, gk_arena_printf(&a, "{'apiVersion':'%s%sv1','kind':'%s'}",
					     r->group, *r->group ? "/" : "", r->kind)));

		assert_true(h.status > GK_HEALTH_NONE);
	}
	gk_arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(rows), cmocka_unit_test(whole_table)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
