extension SchemaText {
    static let workloads = """
        # io.k8s.api.apps.v1
        Deployment: metadata ObjectMeta; spec* DeploymentSpec; status DeploymentStatus
        DeploymentSpec: replicas int =1; selector* LabelSelector; template* PodTemplateSpec; strategy DeploymentStrategy retain
          minReadySeconds int-; revisionHistoryLimit int =10; paused bool-; progressDeadlineSeconds int =600
        DeploymentStrategy: type string =RollingUpdate of=Recreate|RollingUpdate; rollingUpdate RollingUpdateDeployment
        RollingUpdateDeployment: maxUnavailable intOrString =25%; maxSurge intOrString =25%
        DeploymentStatus: observedGeneration int-; replicas int-; updatedReplicas int-; readyReplicas int-; availableReplicas int-
          unavailableReplicas int-; terminatingReplicas int; conditions [DeploymentCondition] map=type patch=type; collisionCount int
        DeploymentCondition: type* string; status* string; lastUpdateTime time; lastTransitionTime time; reason string; message string
        ReplicaSet: metadata ObjectMeta; spec* ReplicaSetSpec; status ReplicaSetStatus
        ReplicaSetSpec: replicas int =1; minReadySeconds int-; selector* LabelSelector; template PodTemplateSpec
        ReplicaSetStatus: replicas int; fullyLabeledReplicas int-; readyReplicas int-; availableReplicas int-; terminatingReplicas int
          observedGeneration int-; conditions [ReplicaSetCondition] map=type patch=type
        ReplicaSetCondition: type* string; status* string; lastTransitionTime time; reason string; message string
        StatefulSet: metadata ObjectMeta; spec* StatefulSetSpec; status StatefulSetStatus
        StatefulSetSpec: replicas int =1; selector* LabelSelector; template* PodTemplateSpec; volumeClaimTemplates [PersistentVolumeClaim]
          serviceName string; podManagementPolicy string =OrderedReady of=OrderedReady|Parallel; updateStrategy StatefulSetUpdateStrategy
          revisionHistoryLimit int =10; minReadySeconds int-; persistentVolumeClaimRetentionPolicy any; ordinals any
        StatefulSetUpdateStrategy: type string =RollingUpdate of=OnDelete|RollingUpdate; rollingUpdate RollingUpdateStatefulSet
        RollingUpdateStatefulSet: partition int =0; maxUnavailable intOrString
        StatefulSetStatus: observedGeneration int-; replicas int; readyReplicas int-; currentReplicas int-; updatedReplicas int-
          currentRevision string; updateRevision string; collisionCount int; conditions [ReplicaSetCondition] map=type patch=type
          availableReplicas int
        DaemonSet: metadata ObjectMeta; spec* DaemonSetSpec; status DaemonSetStatus
        DaemonSetSpec: selector* LabelSelector; template* PodTemplateSpec; updateStrategy DaemonSetUpdateStrategy; minReadySeconds int-
          revisionHistoryLimit int =10
        DaemonSetUpdateStrategy: type string =RollingUpdate of=OnDelete|RollingUpdate; rollingUpdate RollingUpdateDaemonSet
        RollingUpdateDaemonSet: maxUnavailable intOrString =1; maxSurge intOrString =0
        DaemonSetStatus: currentNumberScheduled int; numberMisscheduled int; desiredNumberScheduled int; numberReady int
          observedGeneration int-; updatedNumberScheduled int-; numberAvailable int-; numberUnavailable int-; collisionCount int
          conditions [ReplicaSetCondition] map=type patch=type
        ControllerRevision: metadata ObjectMeta; data any; revision* int
        # io.k8s.api.batch.v1
        Job: metadata ObjectMeta; spec* JobSpec; status JobStatus
        JobSpec: parallelism int =1; completions int; activeDeadlineSeconds int; podFailurePolicy any; successPolicy any; backoffLimit int
          backoffLimitPerIndex int; maxFailedIndexes int; selector LabelSelector; manualSelector bool; template* PodTemplateSpec
          ttlSecondsAfterFinished int; completionMode string =NonIndexed of=Indexed|NonIndexed; suspend bool =false
          podReplacementPolicy string; managedBy string
        JobStatus: conditions [JobCondition] map=type patch=type atomic; startTime time; completionTime time; active int-; succeeded int-
          failed int-; terminating int; completedIndexes string; failedIndexes string; uncountedTerminatedPods any; ready int
        JobCondition: type* string; status* string; lastProbeTime time; lastTransitionTime time; reason string; message string
        CronJob: metadata ObjectMeta; spec* CronJobSpec; status CronJobStatus
        CronJobSpec: schedule* string; timeZone string; startingDeadlineSeconds int
          concurrencyPolicy string =Allow of=Allow|Forbid|Replace; suspend bool =false; jobTemplate* JobTemplateSpec
          successfulJobsHistoryLimit int =3; failedJobsHistoryLimit int =1
        JobTemplateSpec: metadata ObjectMeta; spec JobSpec
        CronJobStatus: active [ObjectReference]; lastScheduleTime time; lastSuccessfulTime time
        # io.k8s.api.autoscaling.v1
        Scale: metadata ObjectMeta; spec ScaleSpec; status ScaleStatus
        ScaleSpec: replicas int-
        ScaleStatus: replicas int; selector string
        CrossVersionObjectReference atomic: kind* string; name* string; apiVersion string
        # io.k8s.api.autoscaling.v2
        HorizontalPodAutoscaler: metadata ObjectMeta; spec* HorizontalPodAutoscalerSpec; status HorizontalPodAutoscalerStatus
        HorizontalPodAutoscalerSpec: scaleTargetRef* CrossVersionObjectReference; minReplicas int =1; maxReplicas* int; metrics [MetricSpec]
          behavior HorizontalPodAutoscalerBehavior
        HorizontalPodAutoscalerBehavior: scaleUp HPAScalingRules; scaleDown HPAScalingRules
        HPAScalingRules: stabilizationWindowSeconds int; selectPolicy string; policies [HPAScalingPolicy]; tolerance quantity
        HPAScalingPolicy: type* string of=Percent|Pods; value* int; periodSeconds* int
        MetricSpec: type* string; object ObjectMetricSource; pods PodsMetricSource; resource ResourceMetricSource
          containerResource ContainerResourceMetricSource; external ExternalMetricSource
        ObjectMetricSource: describedObject* CrossVersionObjectReference; target* MetricTarget; metric* MetricIdentifier
        PodsMetricSource: metric* MetricIdentifier; target* MetricTarget
        ResourceMetricSource: name* string; target* MetricTarget
        ContainerResourceMetricSource: name* string; target* MetricTarget; container* string
        ExternalMetricSource: metric* MetricIdentifier; target* MetricTarget
        MetricTarget: type* string of=AverageValue|Utilization|Value; value quantity; averageValue quantity; averageUtilization int
        MetricIdentifier: name* string; selector LabelSelector
        HorizontalPodAutoscalerStatus: observedGeneration int; lastScaleTime time; currentReplicas int-; desiredReplicas int
          currentMetrics [any]; conditions [HorizontalPodAutoscalerCondition] map=type patch=type
        HorizontalPodAutoscalerCondition: type* string; status* string; lastTransitionTime time; reason string; message string
        # io.k8s.api.policy.v1
        PodDisruptionBudget: metadata ObjectMeta; spec PodDisruptionBudgetSpec; status PodDisruptionBudgetStatus
        PodDisruptionBudgetSpec: minAvailable intOrString; selector LabelSelector; maxUnavailable intOrString
          unhealthyPodEvictionPolicy string of=AlwaysAllow|IfHealthyBudget
        PodDisruptionBudgetStatus: observedGeneration int-; disruptedPods {time}; disruptionsAllowed int; currentHealthy int
          desiredHealthy int; expectedPods int; conditions [Condition] map=type patch=type
        Eviction: metadata ObjectMeta; deleteOptions DeleteOptions
        """
}
