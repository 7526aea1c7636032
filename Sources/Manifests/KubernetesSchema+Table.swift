extension KubernetesSchema {
    /// The rules, as Kubernetes 1.36 declares them in its API types (`patchStrategy`, `patchMergeKey`, `listType`, `listMapKey`, `structType`, `mapType`).
    ///
    /// A line that is not indented names a type, then the kinds that are of it (`Kind.group`, `.core` for the core group), or `atomic` when server-side
    /// apply takes it as a whole. An indented line names a field, its type, and:
    /// `map(a,b=X)` list of mappings keyed by a and b (X when b is absent); strategic merge goes by the first key · `set` list of unique scalars, merged
    /// · `merge=a` strategic merge by a, on top of what the list is otherwise · `nopatch` strategic merge replaces it all the same · `atomic` one owner ·
    /// `atomicMap` the same for a mapping · `retainKeys`, `replace` strategies of strategic merge.
    /// What is not here has the default: lists atomic and replaced, mappings merged.
    static let tableText = """
        CustomResource
          metadata ObjectMeta
        ObjectMeta
          finalizers set
          ownerReferences OwnerReference map(uid)
          managedFields atomic
        OwnerReference atomic
        LabelSelector atomic
        ObjectReference atomic
        LocalObjectReference atomic
        KeySelector atomic
        NodeSelector atomic
        Condition

        Pod Pod.core
          metadata ObjectMeta
          spec PodSpec
          status PodStatus
        PodTemplate PodTemplate.core
          metadata ObjectMeta
          template PodTemplateSpec
        PodTemplateSpec
          metadata ObjectMeta
          spec PodSpec
        PodSpec
          volumes Volume map(name) retainKeys
          initContainers Container map(name)
          containers Container map(name)
          ephemeralContainers Container map(name)
          nodeSelector atomicMap
          imagePullSecrets LocalObjectReference map(name)
          hostAliases HostAlias map(ip)
          tolerations atomic
          affinity Affinity
          securityContext PodSecurityContext
          dnsConfig PodDNSConfig
          topologySpreadConstraints TopologySpreadConstraint map(topologyKey,whenUnsatisfiable)
          readinessGates atomic
          schedulingGates Condition map(name)
          resourceClaims Condition map(name) retainKeys
          resources ResourceRequirements
        HostAlias
          hostnames atomic
        PodSecurityContext
          supplementalGroups atomic
          sysctls atomic
        PodDNSConfig
          nameservers atomic
          searches atomic
          options atomic
        TopologySpreadConstraint
          labelSelector LabelSelector
          matchLabelKeys atomic
        Affinity
          nodeAffinity NodeAffinity
          podAffinity PodAffinity
          podAntiAffinity PodAffinity
        NodeAffinity
          requiredDuringSchedulingIgnoredDuringExecution NodeSelector
          preferredDuringSchedulingIgnoredDuringExecution atomic
        PodAffinity
          requiredDuringSchedulingIgnoredDuringExecution atomic
          preferredDuringSchedulingIgnoredDuringExecution atomic
        Container
          command atomic
          args atomic
          ports Condition map(containerPort,protocol=TCP)
          envFrom atomic
          env EnvVar map(name)
          resources ResourceRequirements
          resizePolicy atomic
          restartPolicyRules atomic
          volumeMounts Condition map(mountPath)
          volumeDevices Condition map(devicePath)
          livenessProbe Handler
          readinessProbe Handler
          startupProbe Handler
          lifecycle Lifecycle
          securityContext SecurityContext
        EnvVar
          valueFrom EnvVarSource
        EnvVarSource
          fieldRef KeySelector
          resourceFieldRef KeySelector
          configMapKeyRef KeySelector
          secretKeyRef KeySelector
          fileKeyRef KeySelector
        ResourceRequirements
          claims Condition map(name) nopatch
        Lifecycle
          postStart Handler
          preStop Handler
        Handler
          exec ExecAction
          httpGet HTTPGetAction
        ExecAction
          command atomic
        HTTPGetAction
          httpHeaders atomic
        SecurityContext
          capabilities Capabilities
        Capabilities
          add atomic
          drop atomic
        Volume
          secret ItemsVolume
          configMap ItemsVolume
          downwardAPI ItemsVolume
          projected ProjectedVolume
          ephemeral EphemeralVolume
          csi SecretRefVolume
          flexVolume SecretRefVolume
          cephfs SecretRefVolume
          rbd SecretRefVolume
          iscsi SecretRefVolume
          scaleIO SecretRefVolume
          storageos SecretRefVolume
        ItemsVolume
          items atomic
        ProjectedVolume
          sources atomic
        EphemeralVolume
          volumeClaimTemplate PersistentVolumeClaim
        SecretRefVolume
          secretRef LocalObjectReference
          nodePublishSecretRef LocalObjectReference
        PodStatus
          conditions Condition map(type)
          hostIPs atomic merge=ip
          podIPs Condition map(ip)
          initContainerStatuses atomic
          containerStatuses atomic
          ephemeralContainerStatuses atomic
          resourceClaimStatuses Condition map(name) retainKeys
        WorkloadStatus
          conditions Condition map(type)

        Deployment Deployment.apps Deployment.extensions
          metadata ObjectMeta
          spec DeploymentSpec
          status WorkloadStatus
        DeploymentSpec
          selector LabelSelector
          template PodTemplateSpec
          strategy Condition retainKeys
        ReplicaSet ReplicaSet.apps ReplicaSet.extensions DaemonSet.apps DaemonSet.extensions
          metadata ObjectMeta
          spec ReplicaSetSpec
          status WorkloadStatus
        ReplicaSetSpec
          selector LabelSelector
          template PodTemplateSpec
        StatefulSet StatefulSet.apps
          metadata ObjectMeta
          spec StatefulSetSpec
          status WorkloadStatus
        StatefulSetSpec
          selector LabelSelector
          template PodTemplateSpec
          volumeClaimTemplates PersistentVolumeClaim atomic
        ControllerRevision ControllerRevision.apps
          metadata ObjectMeta
        ReplicationController ReplicationController.core
          metadata ObjectMeta
          spec ReplicationControllerSpec
          status WorkloadStatus
        ReplicationControllerSpec
          selector atomicMap
          template PodTemplateSpec
        Job Job.batch
          metadata ObjectMeta
          spec JobSpec
          status JobStatus
        JobSpec
          selector LabelSelector
          template PodTemplateSpec
        JobStatus
          conditions Condition atomic merge=type
          uncountedTerminatedPods UncountedTerminatedPods
        UncountedTerminatedPods
          succeeded set nopatch
          failed set nopatch
        CronJob CronJob.batch
          metadata ObjectMeta
          spec CronJobSpec
        CronJobSpec
          jobTemplate JobTemplateSpec
        JobTemplateSpec
          metadata ObjectMeta
          spec JobSpec

        Service Service.core
          metadata ObjectMeta
          spec ServiceSpec
          status ServiceStatus
        ServiceSpec
          ports Condition map(port,protocol=TCP)
          selector atomicMap
          clusterIPs atomic
          externalIPs atomic
          loadBalancerSourceRanges atomic
          ipFamilies atomic
        ServiceStatus
          conditions Condition map(type)
        ServiceAccount ServiceAccount.core
          metadata ObjectMeta
          secrets ObjectReference map(name)
          imagePullSecrets atomic
        Endpoints Endpoints.core
          metadata ObjectMeta
          subsets atomic
        EndpointSlice EndpointSlice.discovery.k8s.io
          metadata ObjectMeta
          endpoints atomic
          ports atomic
        Namespace Namespace.core
          metadata ObjectMeta
          spec NamespaceSpec
          status WorkloadStatus
        NamespaceSpec
          finalizers atomic
        Node Node.core
          metadata ObjectMeta
          spec NodeSpec
          status NodeStatus
        NodeSpec
          podCIDRs set
          taints atomic
        NodeStatus
          conditions Condition map(type)
          addresses Condition map(type)
        PersistentVolume PersistentVolume.core
          metadata ObjectMeta
          spec PersistentVolumeSpec
        PersistentVolumeSpec
          accessModes atomic
          mountOptions atomic
          nodeAffinity PersistentVolumeAffinity
          csi SecretRefPersistentVolume
          flexVolume SecretRefPersistentVolume
          cephfs SecretRefPersistentVolume
          rbd SecretRefPersistentVolume
          iscsi SecretRefPersistentVolume
          scaleIO SecretRefPersistentVolume
          storageos SecretRefPersistentVolume
        SecretRefPersistentVolume
          secretRef ObjectReference
          controllerPublishSecretRef ObjectReference
          nodeStageSecretRef ObjectReference
          nodePublishSecretRef ObjectReference
          controllerExpandSecretRef ObjectReference
          nodeExpandSecretRef ObjectReference
        PersistentVolumeAffinity
          required NodeSelector
        PersistentVolumeClaim PersistentVolumeClaim.core
          metadata ObjectMeta
          spec PersistentVolumeClaimSpec
          status WorkloadStatus
        PersistentVolumeClaimSpec
          accessModes atomic
          selector LabelSelector
          dataSource ObjectReference
        Plain ConfigMap.core Secret.core LimitRange.core Lease.coordination.k8s.io LeaseCandidate.coordination.k8s.io PriorityClass.scheduling.k8s.io IPAddress.networking.k8s.io ClusterTrustBundle.certificates.k8s.io VolumeAttachment.storage.k8s.io VolumeAttributesClass.storage.k8s.io Eviction.policy
          metadata ObjectMeta
        Event Event.core Event.events.k8s.io
          metadata ObjectMeta
          involvedObject ObjectReference
          regarding ObjectReference
          related ObjectReference
        Binding Binding.core
          metadata ObjectMeta
          target ObjectReference
        ComponentStatus ComponentStatus.core
          metadata ObjectMeta
          conditions Condition map(type)
        PlainPolicies Role.rbac.authorization.k8s.io IngressClass.networking.k8s.io StorageClass.storage.k8s.io
          metadata ObjectMeta
          rules atomic
          mountOptions atomic
          allowedTopologies atomic
        RuntimeClass RuntimeClass.node.k8s.io
          metadata ObjectMeta
          scheduling Scheduling
        Scheduling
          nodeSelector atomicMap
          tolerations atomic
        CSIStorageCapacity CSIStorageCapacity.storage.k8s.io
          metadata ObjectMeta
          nodeTopology LabelSelector
        ServiceCIDR ServiceCIDR.networking.k8s.io
          metadata ObjectMeta
          spec ServiceCIDRSpec
          status WorkloadStatus
        ServiceCIDRSpec
          cidrs atomic
        ResourceQuota ResourceQuota.core
          metadata ObjectMeta
          spec ResourceQuotaSpec
        ResourceQuotaSpec
          scopes atomic
          scopeSelector NodeSelector

        ClusterRole ClusterRole.rbac.authorization.k8s.io
          metadata ObjectMeta
          rules atomic
          aggregationRule AggregationRule
        AggregationRule
          clusterRoleSelectors atomic
        RoleBinding RoleBinding.rbac.authorization.k8s.io ClusterRoleBinding.rbac.authorization.k8s.io
          metadata ObjectMeta
          subjects atomic
          roleRef ObjectReference

        HorizontalPodAutoscaler HorizontalPodAutoscaler.autoscaling
          metadata ObjectMeta
          spec HorizontalPodAutoscalerSpec
          status WorkloadStatus
        HorizontalPodAutoscalerSpec
          scaleTargetRef ObjectReference
          metrics atomic
          behavior HorizontalPodAutoscalerBehavior
        HorizontalPodAutoscalerBehavior
          scaleUp ScalingRules
          scaleDown ScalingRules
        ScalingRules
          policies atomic
        PodDisruptionBudget PodDisruptionBudget.policy
          metadata ObjectMeta
          spec PodDisruptionBudgetSpec
          status WorkloadStatus
        PodDisruptionBudgetSpec
          selector LabelSelector replace
        Ingress Ingress.networking.k8s.io Ingress.extensions
          metadata ObjectMeta
          spec IngressSpec
        IngressSpec
          defaultBackend IngressBackend
          rules atomic
          tls atomic
        IngressBackend
          resource ObjectReference
        NetworkPolicy NetworkPolicy.networking.k8s.io
          metadata ObjectMeta
          spec NetworkPolicySpec
        NetworkPolicySpec
          podSelector LabelSelector
          ingress atomic
          egress atomic
          policyTypes atomic

        WebhookConfiguration MutatingWebhookConfiguration.admissionregistration.k8s.io ValidatingWebhookConfiguration.admissionregistration.k8s.io
          metadata ObjectMeta
          webhooks Webhook map(name)
        Webhook
          rules atomic
          admissionReviewVersions atomic
          namespaceSelector LabelSelector
          objectSelector LabelSelector
          matchConditions Condition map(name)
        ValidatingAdmissionPolicy ValidatingAdmissionPolicy.admissionregistration.k8s.io
          metadata ObjectMeta
          spec ValidatingAdmissionPolicySpec
          status ConditionsStatus
        MatchResources
          namespaceSelector LabelSelector
          objectSelector LabelSelector
          resourceRules atomic
          excludeResourceRules atomic
        AdmissionPolicyBinding ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io MutatingAdmissionPolicyBinding.admissionregistration.k8s.io
          metadata ObjectMeta
          spec AdmissionPolicyBindingSpec
        AdmissionPolicyBindingSpec
          paramRef ObjectReference
          matchResources MatchResources
          validationActions set nopatch
        MutatingAdmissionPolicy MutatingAdmissionPolicy.admissionregistration.k8s.io
          metadata ObjectMeta
          spec MutatingAdmissionPolicySpec
        MutatingAdmissionPolicySpec
          paramKind ObjectReference
          matchConstraints MatchResources
          variables atomic
          mutations atomic
          matchConditions Condition map(name)
        ValidatingAdmissionPolicySpec
          paramKind ObjectReference
          matchConstraints MatchResources
          validations atomic
          auditAnnotations atomic
          matchConditions Condition map(name)
          variables Condition map(name)
        ConditionsStatus
          conditions Condition map(type) nopatch
        CustomResourceDefinition CustomResourceDefinition.apiextensions.k8s.io
          metadata ObjectMeta
          spec CustomResourceDefinitionSpec
          status ConditionsStatus
        CustomResourceDefinitionSpec
          versions atomic
        APIService APIService.apiregistration.k8s.io
          metadata ObjectMeta
          status WorkloadStatus
        CertificateSigningRequest CertificateSigningRequest.certificates.k8s.io
          metadata ObjectMeta
          status ConditionsStatus
        CSINode CSINode.storage.k8s.io
          metadata ObjectMeta
          spec CSINodeSpec
        CSINodeSpec
          drivers Condition map(name)
        CSIDriver CSIDriver.storage.k8s.io
          metadata ObjectMeta
          spec CSIDriverSpec
        CSIDriverSpec
          tokenRequests atomic
          volumeLifecycleModes set nopatch
        PodCertificateRequest PodCertificateRequest.certificates.k8s.io StorageVersionMigration.storagemigration.k8s.io
          metadata ObjectMeta
          status WorkloadStatus
        ResourceClaim ResourceClaim.resource.k8s.io
          metadata ObjectMeta
          spec ResourceClaimSpec
          status ResourceClaimStatus
        ResourceClaimTemplate ResourceClaimTemplate.resource.k8s.io
          metadata ObjectMeta
          spec ResourceClaimTemplateSpec
        ResourceClaimTemplateSpec
          metadata ObjectMeta
          spec ResourceClaimSpec
        ResourceClaimSpec
          devices DeviceClaim
        DeviceClaim
          requests atomic
          constraints atomic
          config atomic
        ResourceClaimStatus
          allocation AllocationResult
          reservedFor Condition map(uid)
          devices AllocatedDeviceStatus map(driver,device,pool,shareID) nopatch
        AllocatedDeviceStatus
          conditions Condition map(type) nopatch
        AllocationResult
          devices DeviceAllocationResult
          nodeSelector NodeSelector
        DeviceAllocationResult
          results atomic
          config atomic
        DeviceClass DeviceClass.resource.k8s.io
          metadata ObjectMeta
          spec DeviceClassSpec
        DeviceClassSpec
          selectors atomic
          config atomic
        ResourceSlice ResourceSlice.resource.k8s.io
          metadata ObjectMeta
          spec ResourceSliceSpec
        ResourceSliceSpec
          nodeSelector NodeSelector
          devices atomic
          sharedCounters atomic
        FlowSchema FlowSchema.flowcontrol.apiserver.k8s.io PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io
          metadata ObjectMeta
          status WorkloadStatus
        """
}
