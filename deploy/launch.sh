# What the scripts share: finding Java, building what is missing or stale, starting Spark's classes.
# Sourced by bash with $root set to the repository's root.

dist="$root/deploy/target/convoy-dist"
assembly="$root/deploy/target/convoy.jar"

# cuBLAS reads it when it is loaded, and gives the same bits each time.
export CUBLAS_WORKSPACE_CONFIG="${CUBLAS_WORKSPACE_CONFIG:-:4096:8}"

die() {
    echo "$(basename "$0"): $*" >&2
    exit 2
}

# Sets $java to a Java 17: JAVA_HOME's if that is set, else the PATH's.
find_java() {
    if [[ -n "${JAVA_HOME:-}" ]]; then
        java="$JAVA_HOME/bin/java"
        [[ -x "$java" ]] || die "JAVA_HOME = $JAVA_HOME has no bin/java; set it to a JDK 17"
    else
        java=$(command -v java) || die "no java on the PATH; install a JDK 17 or set JAVA_HOME to one"
    fi
    local release version=""
    release="$(dirname "$(dirname "$(readlink -f "$java")")")/release"
    if [[ -r "$release" ]]; then
        version=$(sed -n 's/^JAVA_VERSION="\(.*\)"$/\1/p' "$release")
    fi
    if [[ -z "$version" ]]; then
        version=$("$java" -version 2>&1 | sed -n '1s/.*version "\([^"]*\)".*/\1/p')
    fi
    [[ "$version" == 17 || "$version" == 17.* ]] ||
        die "$java is Java ${version:-of no known version}; Spark 3.5 needs 17: set JAVA_HOME to a JDK 17"
}

# Prints why the given built file does not serve; nothing if it does.
why_build() {
    local built=$1
    if [[ ! -e "$built" ]]; then
        echo "nothing is built yet"
        return
    fi
    local module newer sources=("$root/pom.xml" "$root/deploy/conf")
    for module in architectures parameter-server worker worker/libtorch driver jobs deploy; do
        sources+=("$root/$module/pom.xml")
        [[ -d "$root/$module/src/main" ]] && sources+=("$root/$module/src/main")
    done
    newer=$(find "${sources[@]}" -newer "$built" -print -quit)
    [[ -z "$newer" ]] || echo "${newer#"$root"/} is newer than what is built"
}

# Builds the distribution, and with "assembly" the one jar, if it is missing or stale, and says so in one line.
build_if_stale() {
    local built="$dist/BUILT" reason skip=true log="$root/deploy/target/build.log"
    if [[ "${1:-}" == assembly ]]; then
        built="$assembly"
        skip=false
    fi
    reason=$(why_build "$built")
    [[ -n "$reason" ]] || return 0
    mkdir -p "$root/deploy/target"
    exec 9>"$root/deploy/target/build.lock"
    if command -v flock >/dev/null; then
        flock 9
        reason=$(why_build "$built")
    fi
    if [[ -n "$reason" ]]; then
        echo "convoy: building, for $reason (the first time downloads for some minutes; log: $log)" >&2
        if ! (cd "$root" && ./mvnw -B -ntp -pl deploy -am package -Dmaven.test.skip=true -Dspotless.check.skip=true \
            -Dassembly.skip=$skip) >"$log" 2>&1; then
            grep -m 20 '^\[ERROR\]' "$log" >&2 || tail -n 20 "$log" >&2
            echo "convoy: the build failed; the whole log is $log" >&2
            exit 1
        fi
    fi
    exec 9>&-
}

# Sets $spark_class_path, and what Spark's classes read from the environment.
spark_environment() {
    export SPARK_HOME="$dist" SPARK_SCALA_VERSION=2.12 SPARK_CONF_DIR="${SPARK_CONF_DIR:-$dist/conf}"
    spark_class_path="$SPARK_CONF_DIR:$dist/conf:$dist/jars/*"
    if [[ -n "${HADOOP_CONF_DIR:-}" ]]; then
        spark_class_path="$spark_class_path:$HADOOP_CONF_DIR"
    fi
    native_environment
}

# How native libraries shall behave in every process.
native_environment() {
    # Native libraries take one thread for each thread of ours, unless somebody wants otherwise.
    export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"
    # As Hadoop's scripts do: else memory that one thread frees stays with that thread's part of the C library's heap.
    export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-4}"
    # What one step frees the next one takes: given back to the system and cleared anew, it costs some 4 % of a step.
    export MALLOC_MMAP_THRESHOLD_="${MALLOC_MMAP_THRESHOLD_:-33554432}"
    export MALLOC_TRIM_THRESHOLD_="${MALLOC_TRIM_THRESHOLD_:-2147483647}"
}
