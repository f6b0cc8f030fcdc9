<?php
/**
 * Takes away what the plugin stored, on each site of a network.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

/**
 * Forgets everything in the current blog: options, post meta, cron events. There are no transients and no files.
 */
function forget_blog() {
	foreach ( array( 'buttond_sharing_bar', 'buttond_sharing_bar_state' ) as $option ) {
		delete_option( $option );
	}
	foreach ( array( '_buttond_sharing_bar_shares', '_buttond_sharing_bar_off', '_buttond_sharing_bar_taken_out' ) as $key ) {
		delete_post_meta_by_key( $key );
	}
	foreach ( array( 'buttond_sharing_bar_daily', 'buttond_sharing_bar_counts' ) as $event ) {
		wp_unschedule_hook( $event );
	}
}

/**
 * Forgets everything in all blogs of all networks, in portions: there may be thousands.
 */
function forget_all_blogs() {
	$portion = 100;
	$offset  = 0;
	do {
		$ids     = get_sites(
			array(
				'fields'                 => 'ids',
				'orderby'                => 'id',
				'number'                 => $portion,
				'offset'                 => $offset,
				'update_site_cache'      => false,
				'update_site_meta_cache' => false,
			)
		);
		$is_full = count( $ids ) === $portion;
		foreach ( $ids as $id ) {
			switch_to_blog( $id );
			forget_blog();
			restore_current_blog();
		}
		if ( wp_cache_supports( 'flush_runtime' ) ) {
			wp_cache_flush_runtime(); // Each blog's options would stay in memory.
		}
		$offset += $portion;
	} while ( $is_full );
	foreach ( get_networks( array( 'fields' => 'ids' ) ) as $network ) {
		delete_network_option( $network, 'buttond_sharing_bar_network' );
	}
}

if ( is_multisite() ) {
	forget_all_blogs();
} else {
	forget_blog();
}
