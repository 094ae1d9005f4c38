//! Partitions and their regions, as the endpoint lists of the AWS SDKs have them.
//!
//! Imports nothing. Disabled regions are not told apart: every account has every region of its
//! partition enabled.

/// Every partition that is simulated, with its regions.
pub(crate) const PARTITIONS: &[(&str, &[&str])] = &[
    (
        "aws",
        &[
            "af-south-1",
            "ap-east-1",
            "ap-east-2",
            "ap-northeast-1",
            "ap-northeast-2",
            "ap-northeast-3",
            "ap-south-1",
            "ap-south-2",
            "ap-southeast-1",
            "ap-southeast-2",
            "ap-southeast-3",
            "ap-southeast-4",
            "ap-southeast-5",
            "ap-southeast-6",
            "ap-southeast-7",
            "ca-central-1",
            "ca-west-1",
            "eu-central-1",
            "eu-central-2",
            "eu-north-1",
            "eu-south-1",
            "eu-south-2",
            "eu-west-1",
            "eu-west-2",
            "eu-west-3",
            "il-central-1",
            "me-central-1",
            "me-south-1",
            "mx-central-1",
            "sa-east-1",
            "us-east-1",
            "us-east-2",
            "us-west-1",
            "us-west-2",
        ],
    ),
    ("aws-cn", &["cn-north-1", "cn-northwest-1"]),
    ("aws-us-gov", &["us-gov-east-1", "us-gov-west-1"]),
];

/// The partition a region belongs to; `None` for a region that is not simulated.
pub(crate) fn partition_of(region: &str) -> Option<&'static str> {
    PARTITIONS
        .iter()
        .find(|(_, regions)| regions.contains(&region))
        .map(|(partition, _)| *partition)
}

/// The regions of a partition; none for a partition that is not simulated.
pub(crate) fn regions_of(partition: &str) -> &'static [&'static str] {
    PARTITIONS
        .iter()
        .find(|(name, _)| *name == partition)
        .map_or(&[], |(_, regions)| *regions)
}
