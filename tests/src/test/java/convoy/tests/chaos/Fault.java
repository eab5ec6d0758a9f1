package convoy.tests.chaos;

/** What is done to a cluster while a run trains on it. */
enum Fault {
    KILL_WORKER("an executor with a worker alone killed"),
    KILL_SERVER("an executor with a server killed"),
    KILL_DRIVER("the driver killed, and begun again by the same command"),
    KILL_DATANODE("the DataNode killed, and begun again after 5 s"),
    KILL_NAMENODE("the NameNode killed, and begun again after 5 s"),
    STOP_EXECUTOR("an executor stopped for 20 s"),
    STOP_DRIVER("the driver stopped for 20 s"),
    STOP_DATANODE("the DataNode stopped for 20 s"),
    STOP_NAMENODE("the NameNode stopped for 20 s"),
    FULL_DISK("HDFS full for 20 s, by a quota"),
    SECOND_DRIVER("a second driver begun on the same run"),
    ADD_EXECUTOR("a further Spark worker, and with it an executor"),
    TAKE_EXECUTOR("a Spark worker killed, and with it its executor");

    private final String text;

    Fault(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
